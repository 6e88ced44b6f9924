CREATE TABLE tlog (                  -- logs that this store wrote; the one with the highest number grows
  number      INTEGER PRIMARY KEY,   -- 1, 2 …: another one with each new origin
  origin      TEXT    NOT NULL,
  secret      BLOB    NOT NULL CHECK (length(secret) = 32),  -- salts and pseudonyms come from it
  opened      INTEGER NOT NULL,      -- microseconds UTC
  size        INTEGER NOT NULL,      -- leaves
  event_upto  INTEGER NOT NULL,      -- the rows up to these are leaves
  audit_upto  INTEGER NOT NULL,
  anchored    INTEGER NOT NULL,      -- when the last anchor was added; microseconds UTC
  note_sha256 TEXT    NOT NULL,      -- checkpoints of that size, as signed; '' while it is empty
  note_sm3    TEXT    NOT NULL,
  standing    INTEGER NOT NULL       -- 0 grows; 1 an older store was put back: nothing is signed
) STRICT;

CREATE TABLE tlog_run (              -- consecutive rows that became consecutive leaves
  log    INTEGER NOT NULL,
  first  INTEGER NOT NULL,           -- leaf
  stream INTEGER NOT NULL,           -- 1 event, 2 audit_entry, 3 anchor, 4 rows that are not here any more
  ref    INTEGER NOT NULL,           -- of the first row; 0 for streams 3 and 4
  count  INTEGER NOT NULL,
  org    INTEGER NOT NULL,           -- who sent the events in; 0 for other streams
  number INTEGER NOT NULL,           -- of the first event, among those of that organisation; 0 for other streams
  PRIMARY KEY (log, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX tlog_run_by_ref ON tlog_run (log, stream, ref);

CREATE TABLE tlog_submitter (        -- how many events of each organisation have a number
  log   INTEGER NOT NULL,
  org   INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (log, org)
) STRICT, WITHOUT ROWID;

CREATE TABLE tlog_entry (            -- what cannot be made from a row (again): anchors, pruned and lost rows
  log   INTEGER NOT NULL,
  leaf  INTEGER NOT NULL,
  entry TEXT    NOT NULL,
  PRIMARY KEY (log, leaf)
) STRICT, WITHOUT ROWID;

CREATE TABLE tlog_key (              -- verifier keys that have signed
  log   INTEGER NOT NULL,
  vkey  TEXT    NOT NULL,
  since INTEGER NOT NULL,            -- microseconds UTC
  until INTEGER NOT NULL,            -- 0: it still signs
  PRIMARY KEY (log, vkey)
) STRICT, WITHOUT ROWID;
