"""A file becomes documents, in a process with limits of time and memory."""
