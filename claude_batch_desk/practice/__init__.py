"""The Practice service: a stand-in for the Anthropic API on loopback, for rehearsals and tests."""
