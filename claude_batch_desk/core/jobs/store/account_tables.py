"""The tables of what is known of the account's batches."""

ACCOUNT = """
    -- Who made a batch, by the ids in its results, which never change; token is '' where these are
    -- not of our form.
    CREATE TABLE told_batch (
        batch_id TEXT PRIMARY KEY,
        token TEXT NOT NULL,
        part INTEGER NOT NULL
    );
    -- Batches that no job here has asked, with their results in the order they came in.
    CREATE TABLE imported (
        id INTEGER PRIMARY KEY,
        batch_id TEXT NOT NULL UNIQUE,
        mode TEXT NOT NULL,
        requests INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT,
        imported_at TEXT NOT NULL
    );
    CREATE TABLE imported_result (
        import_id INTEGER NOT NULL REFERENCES imported(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        custom_id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        raw BLOB NOT NULL,
        PRIMARY KEY (import_id, number),
        UNIQUE (import_id, custom_id)
    );
    CREATE INDEX imported_outcome ON imported_result (import_id, outcome);
"""
