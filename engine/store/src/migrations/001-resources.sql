CREATE TABLE resource (
    serial      INTEGER PRIMARY KEY, -- in the order in which they came: a new one is above all there are
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     TEXT NOT NULL DEFAULT '', -- empty: none; NULLs would not be unique
    name        TEXT NOT NULL,
    dialect     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('draft', 'published')),
    origin      TEXT NOT NULL CHECK (origin IN ('standard', 'custom')),
    attributes  TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    size        INTEGER NOT NULL, -- bytes of all parts
    changed     TEXT NOT NULL,    -- RFC 3339, UTC
    changed_by  TEXT NOT NULL,
    UNIQUE (kind, id, version)
) STRICT;

CREATE TABLE owner (
    resource INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    rank     INTEGER NOT NULL, -- 0: the owner, then the co-owners
    user     TEXT NOT NULL,
    PRIMARY KEY (resource, rank)
) STRICT, WITHOUT ROWID;

-- Immutable, one row for equal bytes, gone with the last part that holds it.
CREATE TABLE content (
    serial INTEGER PRIMARY KEY,
    hash   BLOB NOT NULL UNIQUE, -- SHA-256
    len    INTEGER NOT NULL,
    bytes  BLOB NOT NULL         -- the first piece, for most contents the only one
) STRICT;

-- The further pieces of a large content, so that reading or writing one never needs it in memory, nor a walk from its start.
CREATE TABLE piece (
    content  INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    position INTEGER NOT NULL, -- from 1
    bytes    BLOB NOT NULL,
    PRIMARY KEY (content, position)
) STRICT;

CREATE TABLE part (
    resource   INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content    INTEGER NOT NULL REFERENCES content,
    PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_content ON part (content);

CREATE TABLE identity (
    resource INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    rank     INTEGER NOT NULL, -- 0: the strongest
    identity TEXT NOT NULL,
    PRIMARY KEY (resource, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_identity ON identity (identity, rank);

CREATE TABLE reference (
    resource       INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    position       INTEGER NOT NULL,
    slot           TEXT NOT NULL,
    target_kind    TEXT,
    target_id      TEXT,
    target_version TEXT, -- empty: none
    unknowable     TEXT, -- the expression that decides at run time
    required       INTEGER NOT NULL,
    PRIMARY KEY (resource, position),
    CHECK ((target_kind IS NULL) = (unknowable IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_target ON reference (target_kind, target_id, target_version) WHERE target_kind IS NOT NULL;

CREATE TABLE secret (
    resource INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    position INTEGER NOT NULL,
    slot     TEXT NOT NULL,
    label    TEXT NOT NULL,
    declared INTEGER NOT NULL,
    is_set   INTEGER NOT NULL,
    PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE literal (
    resource INTEGER NOT NULL REFERENCES resource ON DELETE CASCADE,
    position INTEGER NOT NULL,
    slot     TEXT NOT NULL,
    class    TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (resource, position)
) STRICT, WITHOUT ROWID;

-- Who is writing: committed before the writes, taken away by them. Only for the message to whoever comes second; the lock is
-- SQLite's own, and a dead holder's is gone with it.
CREATE TABLE writer (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    actor   TEXT NOT NULL,
    process INTEGER NOT NULL,
    since   TEXT NOT NULL
) STRICT;
