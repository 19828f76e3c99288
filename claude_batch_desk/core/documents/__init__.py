"""Documents: finding files in a folder, safely, and reading their text in a child process."""
