"""Everything but the window: no Qt here, and every function can be called from a REPL."""
