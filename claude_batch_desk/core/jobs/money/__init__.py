"""Money: what was spent, what is committed, and how good the estimates were."""
