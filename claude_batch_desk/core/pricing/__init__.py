"""The models on offer, and what they cost."""
