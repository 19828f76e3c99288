"""A job's answers as a person looks through them: counted, filtered, found and sorted."""
