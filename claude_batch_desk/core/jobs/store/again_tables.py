"""The tables of rows that are run again."""

AGAIN = """
    -- The job whose rows this one asks again; NULL for a job of its own.
    ALTER TABLE job ADD COLUMN again_of INTEGER REFERENCES job(id) ON DELETE CASCADE;
    CREATE INDEX job_again ON job (again_of);
    -- Answers that gave way to those of a run again, the job `again`; else as in `answer`. What a
    -- person corrects by hand is not kept in either: no answer that comes can take it away.
    CREATE TABLE replaced (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        request INTEGER NOT NULL,
        again INTEGER NOT NULL,
        replaced_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        "values" TEXT NOT NULL,
        reason TEXT NOT NULL,
        usage TEXT,
        cost TEXT NOT NULL,
        batch_id TEXT NOT NULL,
        raw BLOB NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (job_id, request, again)
    );
"""
