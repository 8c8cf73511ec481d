-- Who may write. The lock is the operating system's, on the file beside this one; this row is for whoever comes second, and for
-- whoever comes late: inside each transaction that writes, it must still be the one that the writer left here.
DROP TABLE writer;
CREATE TABLE writer (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    number  INTEGER NOT NULL, -- one more for each that came
    owner   TEXT,             -- this and the others NULL: nobody
    host    TEXT,
    process INTEGER,
    since   TEXT
) STRICT;
