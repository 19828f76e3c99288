"""Next month's file: what an earlier job has answered is taken over, only the rest is asked."""
