-- Each write of the environment is a run.
CREATE TABLE run (
    serial       INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL, -- RFC 3339, UTC
    command      TEXT NOT NULL,
    package      TEXT,          -- its name; with the two below for imports only
    package_hash BLOB,
    source       TEXT,          -- where it came from, as it says itself; may be empty
    plan         BLOB UNIQUE,   -- of the saved plan that was carried out: once
    undoes       INTEGER REFERENCES run,
    undone_by    INTEGER REFERENCES run,
    partial      INTEGER NOT NULL,
    CHECK ((package IS NULL) = (package_hash IS NULL) AND (package IS NULL) = (source IS NULL))
) STRICT;

-- A resource as it was, made when something takes its place. Never changed.
CREATE TABLE image (
    serial      INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    dialect     TEXT NOT NULL,
    state       TEXT NOT NULL,
    origin      TEXT NOT NULL,
    attributes  TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    owners      TEXT NOT NULL -- a JSON array, the owner first
) STRICT;

CREATE TABLE image_part (
    image      INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content    INTEGER NOT NULL REFERENCES content,
    PRIMARY KEY (image, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_part_content ON image_part (content);

CREATE TABLE image_secret (
    image  INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
    slot   TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (image, slot)
) STRICT, WITHOUT ROWID;

-- What a run did to one resource. What it left is what the next change to the resource found, else what is there now: it is
-- not stored a second time.
CREATE TABLE change (
    run      INTEGER NOT NULL REFERENCES run,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    version  TEXT NOT NULL,             -- empty: none
    before   INTEGER REFERENCES image,  -- none: it was not there
    after    BLOB,                      -- its fingerprint; none: it was taken out
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_resource ON change (kind, id, version, run);

-- What came from a source for a resource, for the next import from there.
CREATE TABLE came (
    kind         TEXT NOT NULL, -- in this environment
    id           TEXT NOT NULL,
    version      TEXT NOT NULL,
    from_kind    TEXT NOT NULL, -- in the package
    from_id      TEXT NOT NULL,
    from_version TEXT NOT NULL,
    run          INTEGER NOT NULL REFERENCES run,
    image        INTEGER REFERENCES image, -- none: what was there after the run
    PRIMARY KEY (kind, id, version, run, from_kind, from_id, from_version)
) STRICT, WITHOUT ROWID;
