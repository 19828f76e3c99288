"""What the Practice service remembers, in one SQLite file; its only importers of sqlite3."""

from claude_batch_desk.practice.state.store import State

__all__ = ["State"]
