CREATE TABLE tlog (                  -- logs that this store wrote; the one with the highest number grows
  number      BIGINT  PRIMARY KEY,   -- 1, 2 …: another one with each new origin
  origin      TEXT    NOT NULL,
  secret      BYTEA   NOT NULL CHECK (length(secret) = 32),  -- salts and pseudonyms come from it
  opened      BIGINT  NOT NULL,      -- microseconds UTC
  size        BIGINT  NOT NULL,      -- leaves
  event_upto  BIGINT  NOT NULL,      -- the rows up to these are leaves
  audit_upto  BIGINT  NOT NULL,
  anchored    BIGINT  NOT NULL,      -- when the last anchor was added; microseconds UTC
  note_sha256 TEXT    NOT NULL,      -- checkpoints of that size, as signed; '' while it is empty
  note_sm3    TEXT    NOT NULL,
  standing    BIGINT  NOT NULL       -- 0 grows; 1 an older store was put back: nothing is signed
);

CREATE TABLE tlog_run (              -- consecutive rows that became consecutive leaves
  log    BIGINT  NOT NULL,
  first  BIGINT  NOT NULL,           -- leaf
  stream BIGINT  NOT NULL,           -- 1 event, 2 audit_entry, 3 anchor, 4 rows that are not here any more
  ref    BIGINT  NOT NULL,           -- of the first row; 0 for streams 3 and 4
  count  BIGINT  NOT NULL,
  org    BIGINT  NOT NULL,           -- who sent the events in; 0 for other streams
  number BIGINT  NOT NULL,           -- of the first event, among those of that organisation; 0 for other streams
  PRIMARY KEY (log, first)
);
CREATE INDEX tlog_run_by_ref ON tlog_run (log, stream, ref);

CREATE TABLE tlog_submitter (        -- how many events of each organisation have a number
  log   BIGINT  NOT NULL,
  org   BIGINT  NOT NULL,
  count BIGINT  NOT NULL,
  PRIMARY KEY (log, org)
);

CREATE TABLE tlog_entry (            -- what cannot be made from a row (again): anchors, pruned and lost rows
  log   BIGINT  NOT NULL,
  leaf  BIGINT  NOT NULL,
  entry TEXT    NOT NULL,
  PRIMARY KEY (log, leaf)
);

CREATE TABLE tlog_key (              -- verifier keys that have signed
  log   BIGINT  NOT NULL,
  vkey  TEXT    NOT NULL,
  since BIGINT  NOT NULL,            -- microseconds UTC
  until BIGINT  NOT NULL,            -- 0: it still signs
  PRIMARY KEY (log, vkey)
);
