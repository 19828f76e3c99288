"""Jobs, their store and the verbs."""
