"""The table of what came out of a backup."""

HOLDS = """
    -- Jobs out of a backup, of which nothing is sent until a person allows it; see HoldStore.
    CREATE TABLE restored (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        backup_at TEXT NOT NULL,
        mark TEXT NOT NULL
    )
"""
