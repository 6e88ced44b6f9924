CREATE TABLE mark (                  -- codes that somebody called affected
  id            TEXT    PRIMARY KEY,  -- UUIDv7
  is_open       INTEGER NOT NULL,     -- 0: lifted
  looked        INTEGER NOT NULL,     -- every record up to this seq was looked at
  revision      INTEGER NOT NULL,     -- grows with every change of this mark
  finds         INTEGER NOT NULL,     -- rows of mark_find
  parts         INTEGER NOT NULL,     -- rows of mark_known
  items         INTEGER NOT NULL,     -- affected as of `looked`
  lots          INTEGER NOT NULL,
  classes       INTEGER NOT NULL,
  others        INTEGER NOT NULL,
  recheck_since INTEGER NOT NULL      -- a late record after which it may say too much; 0: it is exact
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_by_open ON mark (is_open, id);

CREATE TABLE mark_code (             -- what was marked; append-only
  mark   TEXT    NOT NULL,
  number INTEGER NOT NULL,
  scheme INTEGER NOT NULL,
  key    TEXT    NOT NULL,
  PRIMARY KEY (mark, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark_act (              -- made, lifted, rechecked; append-only
  mark         TEXT    NOT NULL,
  number       INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  at           INTEGER NOT NULL,     -- microseconds UTC
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  reason       TEXT    NOT NULL,
  upto         INTEGER NOT NULL,     -- the last record that counted for it
  newly        INTEGER NOT NULL,
  gone         INTEGER NOT NULL,
  PRIMARY KEY (mark, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark_find (             -- a record that touched what is marked; append-only
  mark     TEXT    NOT NULL,
  number   INTEGER NOT NULL,
  seq      INTEGER NOT NULL,         -- the event; 0 for a recheck
  found    INTEGER NOT NULL,         -- microseconds UTC
  goods    BLOB    NOT NULL,         -- object ids: count, then steps, as varints
  carriers BLOB    NOT NULL,
  told     BLOB    NOT NULL,
  newly    INTEGER NOT NULL,
  gone     INTEGER NOT NULL,
  PRIMARY KEY (mark, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark_known (            -- derived: what is affected, to go on from
  mark TEXT    NOT NULL,
  part INTEGER NOT NULL,
  body BLOB    NOT NULL,
  PRIMARY KEY (mark, part)
) STRICT, WITHOUT ROWID;
