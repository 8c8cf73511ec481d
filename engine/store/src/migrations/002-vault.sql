-- Declared secrets, apart from the resources they belong to; sealed under a key that is not in this file.
CREATE TABLE vault (
    resource INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    slot     TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (resource, slot)
) STRICT, WITHOUT ROWID;
