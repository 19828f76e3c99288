"""Again: rows of a finished job asked once more, and their answers put in the place of the old."""
