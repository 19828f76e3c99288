"""Sources taken in: files, folders and pasted cells, and what became of them since."""
