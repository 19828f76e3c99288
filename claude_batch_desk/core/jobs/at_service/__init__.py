"""What jobs have at the service, and how much of them fits there."""
