"""Which rows run: conditions, their words, and the choice as a whole."""
