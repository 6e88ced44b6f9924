CREATE TABLE evidence (              -- a file that shows something; it lies beside the store. Append-only
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  at           INTEGER NOT NULL,     -- microseconds UTC
  person       INTEGER NOT NULL,     -- who handed it in
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  media_type   TEXT    NOT NULL,
  size         INTEGER NOT NULL,     -- bytes, as handed in; so are the two hashes
  sha256       BLOB    NOT NULL,
  sm3          BLOB    NOT NULL,
  sealed_by    INTEGER NOT NULL,     -- number of subject_key; no such row: erased
  name         BLOB    NOT NULL,     -- sealed
  note         BLOB    NOT NULL,     -- sealed
  file         BLOB    NOT NULL      -- SHA-256 of the sealed file, by which it is named
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_content ON evidence (org, sha256);

CREATE TABLE evidence_about (        -- what it is about; append-only
  evidence TEXT    NOT NULL,
  number   INTEGER NOT NULL,         -- 1, 2, 3 …
  scheme   INTEGER NOT NULL,
  key      TEXT    NOT NULL,
  PRIMARY KEY (evidence, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_code ON evidence_about (scheme, key, evidence);

CREATE TABLE evidence_withdrawal (   -- it counts no more, and stays; append-only
  evidence     TEXT    PRIMARY KEY,
  at           INTEGER NOT NULL,     -- microseconds UTC
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  why          TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
