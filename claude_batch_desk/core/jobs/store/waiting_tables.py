"""What is kept of waiting: how much the service takes at once, looks, and what is gone there."""

WAITING = """
    -- How many requests of an account the service had in its queue at once (`taken`), how many were
    -- too many (`refused`, 0 where none were) and when; and since when it takes none although no
    -- batch of the account waits.
    CREATE TABLE queue (
        address TEXT NOT NULL,
        key_print TEXT NOT NULL,
        taken INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        refused_at TEXT,
        alone_since TEXT,
        PRIMARY KEY (address, key_print)
    );
    -- When the service last told where a job stands.
    ALTER TABLE job ADD COLUMN looked_at TEXT;
    -- When every row of a job was last written to a file, with the answers that were here.
    ALTER TABLE job ADD COLUMN exported_at TEXT;
    -- When the batch of a part was deleted at the service, because the person wanted that.
    ALTER TABLE part ADD COLUMN deleted_at TEXT;
"""
