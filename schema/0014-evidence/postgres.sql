CREATE TABLE evidence (              -- a file that shows something; it lies beside the store. Append-only
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  at           BIGINT  NOT NULL,     -- microseconds UTC
  person       BIGINT  NOT NULL,     -- who handed it in
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  media_type   TEXT    NOT NULL,
  size         BIGINT  NOT NULL,     -- bytes, as handed in; so are the two hashes
  sha256       BYTEA   NOT NULL,
  sm3          BYTEA   NOT NULL,
  sealed_by    BIGINT  NOT NULL,     -- number of subject_key; no such row: erased
  name         BYTEA   NOT NULL,     -- sealed
  note         BYTEA   NOT NULL,     -- sealed
  file         BYTEA   NOT NULL      -- SHA-256 of the sealed file, by which it is named
);
CREATE INDEX evidence_by_content ON evidence (org, sha256);

CREATE TABLE evidence_about (        -- what it is about; append-only
  evidence TEXT    NOT NULL,
  number   BIGINT  NOT NULL,         -- 1, 2, 3 …
  scheme   BIGINT  NOT NULL,
  key      TEXT    NOT NULL,
  PRIMARY KEY (evidence, number)
);
CREATE INDEX evidence_by_code ON evidence_about (scheme, key, evidence);

CREATE TABLE evidence_withdrawal (   -- it counts no more, and stays; append-only
  evidence     TEXT    PRIMARY KEY,
  at           BIGINT  NOT NULL,     -- microseconds UTC
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  why          TEXT    NOT NULL
);
