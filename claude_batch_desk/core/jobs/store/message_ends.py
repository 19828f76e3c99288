"""What answers end with, kept once for very many of them.

The end of a message tells why it stopped and what it used, in words that are the same in all
messages of a batch: only the numbers differ. They are up to half of what came.
"""

import re
import sqlite3
from hashlib import sha256

from claude_batch_desk.core.errors import StoreError

MESSAGE_ENDS = """
    -- The end of a message as many of them have it, with a zero byte for each number. Where `raw`
    -- of an answer does not end with a brace, its last line has the numbers and the key instead.
    -- Its `usage` is '' then: it stands in what came.
    CREATE TABLE message_end (key TEXT PRIMARY KEY, form BLOB NOT NULL);
"""
ENDLESS = """
    SELECT count(*) FROM (
        SELECT CAST(substr(raw, -16) AS TEXT) AS last FROM answer
        UNION ALL SELECT CAST(substr(raw, -16) AS TEXT) FROM replaced
    ) WHERE last NOT LIKE '%}' AND last NOT IN (SELECT key FROM message_end)
"""
"""Counts the answers whose end is lost."""
_HOLE = b"\0"
"""No JSON holds it."""
_FORMS = 64
"""More of them are none that many answers share."""
_KEY = 16
"""So much of its SHA-256, in hexadecimal, tells a form from the others."""
_numbers_to_holes = re.compile(rb"(?<=:)\d+(?=[,}])").sub


class EndsToKeep:
    """The ends of one lot of answers after another, each form kept with the first that has it."""

    def __init__(self) -> None:
        self._keys: dict[bytes, str] = {}

    def short(self, ending: bytes) -> bytes:
        """What stands for this ending behind what comes before it; itself where that is best."""
        numbers = list[bytes]()

        def take(found: re.Match[bytes]) -> bytes:
            numbers.append(found[0])
            return _HOLE

        form = _numbers_to_holes(take, ending)
        if not numbers or (form not in self._keys and len(self._keys) >= _FORMS):
            return ending
        key = self._keys.setdefault(form, sha256(form).hexdigest()[:_KEY])
        return b"\n%b %b" % (b",".join(numbers), key.encode())

    def keep(self, connection: sqlite3.Connection) -> None:
        """Keep what `short` refers to, with the answers that are kept in this transaction."""
        connection.executemany(
            "INSERT OR IGNORE INTO message_end VALUES (?, ?)",
            [(key, form) for form, key in self._keys.items()],
        )


class KeptEnds:
    """The ends that are in the store; for one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._forms: dict[bytes, list[bytes]] = {}

    def whole(self, raw: bytes) -> bytes:
        """A result as it came; raises StoreError where its end is lost."""
        if raw.endswith(b"}"):
            return raw
        front, _, last = raw.rpartition(b"\n")
        numbers, _, key = last.rpartition(b" ")
        form = self._forms.get(key) or self._form(key)
        pairs = zip(form, [*numbers.split(b","), b""], strict=True)
        return b"".join((front, *(piece for pair in pairs for piece in pair)))

    def _form(self, key: bytes) -> list[bytes]:
        row = self._connection.execute(
            "SELECT form FROM message_end WHERE key=?", (key.decode(),)
        ).fetchone()
        if row is None:
            raise StoreError(
                "The job store is damaged: the end of an answer is lost. Nothing was changed. "
                "Restore it from a backup."
            )
        return self._forms.setdefault(key, row[0].split(_HOLE))
