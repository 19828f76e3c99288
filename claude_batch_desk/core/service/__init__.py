"""The gateway to Anthropic's service."""
