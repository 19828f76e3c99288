"""Two runs of the same rows put side by side: what changed, how much, and at what price."""
