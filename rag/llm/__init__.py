"""The language model behind one protocol; llama.cpp and the states it keeps."""
