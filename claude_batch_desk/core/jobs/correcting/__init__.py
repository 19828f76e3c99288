"""What people put in the place of answers, and what they accept of what comes close."""
