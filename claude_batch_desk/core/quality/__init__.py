"""What the answers are worth, before the money is spent."""
