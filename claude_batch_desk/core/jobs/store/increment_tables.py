"""The table of jobs that take over answers of an earlier one."""

INCREMENT = """
    -- The finished job whose answers another takes over where it asks the same. That one may be
    -- removed, and its number given again: `made` tells, and `name` is what it was called. Rows are
    -- the same that have the same value in `key_column`; '' goes by their order, NULL by whichever
    -- column is a key. `taken` rows got their answer that way when the job was sent; in `answer`
    -- these have the batch_id 'earlier'.
    CREATE TABLE increment (
        job_id INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
        earlier INTEGER NOT NULL,
        made TEXT NOT NULL,
        name TEXT NOT NULL,
        key_column TEXT,
        taken INTEGER NOT NULL DEFAULT 0
    );
"""
