"""The table of jobs that are to be sent later."""

STARTS = """
    -- Drafts that are sent by themselves at a time (UTC), for no more than an amount (USD). `asked`
    -- tells whether the draft is still what it was then; `note` says why it was not sent.
    CREATE TABLE start (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        most TEXT NOT NULL,
        way TEXT NOT NULL,
        cache TEXT NOT NULL,
        asked TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT ''
    );
"""
