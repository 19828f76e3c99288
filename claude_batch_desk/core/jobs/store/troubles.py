"""What SQLite could not do, in sentences for the person."""

import sqlite3

IN_USE = "The job store is in use by another program. Close it and try again."


def sentence_of(error: sqlite3.OperationalError) -> str:
    """What has happened to the store, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0)  # none where Python itself raised it
    if code == sqlite3.SQLITE_FULL:
        return "The disk is full, so the last step was not kept. Free some space and try again."
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IN_USE
    if code & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return "The job store cannot be written. Check the rights of the data folder."
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        return (
            "The disk did not take what was to be kept, so the last step was not. It may be full "
            "or failing; see to it and try again."
        )
    name = getattr(error, "sqlite_errorname", "no code")
    return f"The job store could not be used ({name}). Nothing was changed."
