"""What the answers of a job are worth: right answers and accuracy."""
