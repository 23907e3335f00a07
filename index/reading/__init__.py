"""Read files into documents, in a process with limits of time and memory."""
