"""The tables of immediate calls."""

CALLS = """
    -- Requests of which an immediate call is under way, or ended without its answer (`lost` times)
    -- though it may be billed. The intent is here before the call goes out, and leaves with the
    -- answer.
    CREATE TABLE call (
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        request INTEGER NOT NULL,
        under_way INTEGER NOT NULL,
        lost INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (job_id, request)
    );
    -- How many immediate calls of a job ended without an answer and may be billed.
    ALTER TABLE job ADD COLUMN unheard INTEGER NOT NULL DEFAULT 0;
    -- The person stopped a job of immediate calls, until they let it go on.
    ALTER TABLE job ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
"""
