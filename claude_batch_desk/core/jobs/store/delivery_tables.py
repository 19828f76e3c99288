"""The table of files that are written when a job has ended."""

DELIVERIES = """
    -- What is to be in the file (`contents` is JSON), where, and whether it is a copy of the
    -- workbook the rows came from. `agreed` is the SHA-256 of the file that may be written over
    -- ('*': any), `sealed` that of the one to take its place, made when so many `runs` again had
    -- ended; `written_at` (UTC) is set once it has. `note` says why the last try did not.
    CREATE TABLE delivery (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        original INTEGER NOT NULL,
        contents TEXT NOT NULL,
        agreed TEXT NOT NULL,
        sealed TEXT NOT NULL DEFAULT '',
        runs INTEGER NOT NULL DEFAULT 0,
        written_at TEXT,
        "rows" INTEGER NOT NULL DEFAULT 0,
        notes TEXT NOT NULL DEFAULT '[]',
        note TEXT NOT NULL DEFAULT ''
    );
"""
