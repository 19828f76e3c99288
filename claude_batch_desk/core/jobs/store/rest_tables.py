"""The table of batches whose rest is to be asked at once."""

RESTS = """
    -- What a person agreed to: to cancel a job's batches and, when they have ended, to ask the rows
    -- without an answer at once, for `most` USD at the most. `run` is the job that does; `note`
    -- says why none will.
    CREATE TABLE rest (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        most TEXT NOT NULL,
        run INTEGER REFERENCES job(id) ON DELETE SET NULL,
        note TEXT NOT NULL DEFAULT ''
    );
"""
