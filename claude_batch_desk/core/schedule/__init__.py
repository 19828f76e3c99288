"""What runs by itself: schedules, and their entries with the platform's own scheduler."""
