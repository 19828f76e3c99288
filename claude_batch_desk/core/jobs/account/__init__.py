"""The batches of the account: told apart, taken over where they are ours, imported to be read."""
