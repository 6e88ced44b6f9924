CREATE TABLE mark (                  -- codes that somebody called affected
  id            TEXT    PRIMARY KEY,  -- UUIDv7
  is_open       BIGINT  NOT NULL,     -- 0: lifted
  looked        BIGINT  NOT NULL,     -- every record up to this seq was looked at
  revision      BIGINT  NOT NULL,     -- grows with every change of this mark
  finds         BIGINT  NOT NULL,     -- rows of mark_find
  parts         BIGINT  NOT NULL,     -- rows of mark_known
  items         BIGINT  NOT NULL,     -- affected as of `looked`
  lots          BIGINT  NOT NULL,
  classes       BIGINT  NOT NULL,
  others        BIGINT  NOT NULL,
  recheck_since BIGINT  NOT NULL      -- a late record after which it may say too much; 0: it is exact
);
CREATE INDEX mark_by_open ON mark (is_open, id);

CREATE TABLE mark_code (             -- what was marked; append-only
  mark   TEXT    NOT NULL,
  number BIGINT  NOT NULL,
  scheme BIGINT  NOT NULL,
  key    TEXT    NOT NULL,
  PRIMARY KEY (mark, number)
);

CREATE TABLE mark_act (              -- made, lifted, rechecked; append-only
  mark         TEXT    NOT NULL,
  number       BIGINT  NOT NULL,
  kind         BIGINT  NOT NULL,
  at           BIGINT  NOT NULL,     -- microseconds UTC
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  reason       TEXT    NOT NULL,
  upto         BIGINT  NOT NULL,     -- the last record that counted for it
  newly        BIGINT  NOT NULL,
  gone         BIGINT  NOT NULL,
  PRIMARY KEY (mark, number)
);

CREATE TABLE mark_find (             -- a record that touched what is marked; append-only
  mark     TEXT    NOT NULL,
  number   BIGINT  NOT NULL,
  seq      BIGINT  NOT NULL,         -- the event; 0 for a recheck
  found    BIGINT  NOT NULL,         -- microseconds UTC
  goods    BYTEA   NOT NULL,         -- object ids: count, then steps, as varints
  carriers BYTEA   NOT NULL,
  told     BYTEA   NOT NULL,
  newly    BIGINT  NOT NULL,
  gone     BIGINT  NOT NULL,
  PRIMARY KEY (mark, number)
);

CREATE TABLE mark_known (            -- derived: what is affected, to go on from
  mark TEXT    NOT NULL,
  part BIGINT  NOT NULL,
  body BYTEA   NOT NULL,
  PRIMARY KEY (mark, part)
);
