"""The table of what people put in the place of answers."""

CORRECTIONS = """
    -- What a person put in the place of a value of an answer, the newest last; NULL takes it back.
    -- `row` is of the job's table, `field` the header of the answer column, `was` what stood there.
    CREATE TABLE correction (
        id INTEGER PRIMARY KEY,
        job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        row INTEGER NOT NULL,
        field TEXT NOT NULL,
        value TEXT,
        was TEXT NOT NULL,
        why TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL
    );
    CREATE INDEX correction_of ON correction (job_id, row);
    -- Rows that corrections have made usable, by the outcome that their answers have, as JSON.
    ALTER TABLE job ADD COLUMN settled TEXT NOT NULL DEFAULT '{}';
"""
