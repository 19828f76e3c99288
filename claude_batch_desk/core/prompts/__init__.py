"""From a row to the exact JSON that is sent."""
