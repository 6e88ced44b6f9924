CREATE TABLE object (              -- one row per identity ever seen
  obj   INTEGER PRIMARY KEY,       -- dense, in order of first sight
  key   BLOB    NOT NULL           -- scheme byte + canonical key
) STRICT;

CREATE TABLE term (                -- business steps, dispositions: written often, few
  term INTEGER PRIMARY KEY,
  text TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE submission (          -- one row per capture job
  id           INTEGER PRIMARY KEY,
  public_id    TEXT    NOT NULL UNIQUE,
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  created      INTEGER NOT NULL,   -- microseconds UTC
  finished     INTEGER NOT NULL,
  syntax       INTEGER NOT NULL,   -- 1 JSON, 2 XML
  success      INTEGER NOT NULL,
  proceed      INTEGER NOT NULL,
  accepted     INTEGER NOT NULL,
  duplicates   INTEGER NOT NULL,
  refused      INTEGER NOT NULL,
  findings     TEXT    NOT NULL,   -- JSON
  size         INTEGER NOT NULL,   -- bytes of the original; 0 when it was refused and not kept
  sha256       BLOB    NOT NULL,   -- of the original; empty when it was not kept
  frame        BLOB    NOT NULL,   -- zstd: the original without the bytes of its stored events
  layout       BLOB    NOT NULL    -- varints: (bytes of frame before the event, seq) for each stored event, in order
) STRICT;

CREATE TABLE document (
  seq INTEGER PRIMARY KEY,
  z   BLOB    NOT NULL               -- zstd: the event's own bytes
) STRICT;

CREATE TABLE master_datum (
  id         INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL,
  subject    INTEGER NOT NULL,       -- object
  vocabulary TEXT    NOT NULL,
  attribute  TEXT    NOT NULL,
  value      TEXT    NOT NULL
) STRICT;

CREATE INDEX master_datum_by_subject ON master_datum (subject, attribute, id);

CREATE TABLE resource (              -- what events have named, on first sight: Warehouse::Resource
  kind INTEGER NOT NULL,
  id   INTEGER NOT NULL,             -- object, term, or event type
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE "event" (
  seq          INTEGER PRIMARY KEY,  -- record order, dense
  submission   INTEGER NOT NULL,
  org          INTEGER NOT NULL,     -- who submitted it, and where
  jurisdiction INTEGER NOT NULL,
  recorded     INTEGER NOT NULL,     -- microseconds UTC, never decreasing
  time         INTEGER NOT NULL,     -- eventTime, microseconds UTC
  zone         INTEGER NOT NULL,     -- eventTimeZoneOffset, minutes
  kind         INTEGER NOT NULL,     -- type | action << 4 | is error declaration << 8
  biz_step     INTEGER NOT NULL,     -- term, 0 for none
  disposition  INTEGER NOT NULL,     -- term, 0 for none
  id           BLOB    NOT NULL,     -- eventID: docs/formats/event-id.md
  content      BLOB    NOT NULL CHECK (length(content) = 32),  -- SHA-256 of the CBV prehash
  links        BLOB    NOT NULL      -- docs/formats/links.md
) STRICT;

CREATE TABLE zstd_dictionary (       -- of document.z; a frame names its dictionary
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE lookup_secret (         -- key of the hashes, so that nobody outside can make them collide
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL CHECK (length(secret) = 16)
) STRICT;

CREATE TABLE run (
  id          INTEGER PRIMARY KEY,
  lookup      INTEGER NOT NULL CHECK (lookup BETWEEN 1 AND 7),
  level       INTEGER NOT NULL,
  entries     INTEGER NOT NULL,
  keys        INTEGER NOT NULL,
  base        INTEGER NOT NULL,
  blocks      INTEGER NOT NULL,      -- with entries
  tail_blocks INTEGER NOT NULL,      -- after them: fences and filter
  upto_event  INTEGER NOT NULL,      -- what came later is read from the tables at start
  upto_object INTEGER NOT NULL
) STRICT;

CREATE TABLE run_block (
  id   INTEGER PRIMARY KEY,          -- run << 24 | number
  data BLOB NOT NULL
) STRICT;

CREATE TABLE "named_query" (         -- EPCIS 2.0 §12.8: a question that has a name
  org          INTEGER NOT NULL,     -- whose it is: a name is unique within its organisation
  name         TEXT    NOT NULL,
  definition   TEXT    NOT NULL,     -- JSON: SimpleEventQuery parameters, as they came
  person       INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  created      INTEGER NOT NULL,     -- microseconds UTC
  PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_query_by_name ON named_query (name, org);

CREATE TABLE subscription (          -- somebody who wants to be told
  id              TEXT    PRIMARY KEY,  -- UUIDv7
  query           TEXT    NOT NULL,     -- named_query.name
  dest            TEXT    NOT NULL,     -- http or https URL
  secret          TEXT    NOT NULL,     -- signatureToken; '' for none
  schedule        TEXT    NOT NULL,     -- JSON; '' for a stream
  report_if_empty INTEGER NOT NULL,
  epc_format      INTEGER NOT NULL,
  initial         INTEGER NOT NULL,     -- initialRecordTime, microseconds UTC; 0 for none
  person          INTEGER NOT NULL,
  org             INTEGER NOT NULL,
  jurisdiction    INTEGER NOT NULL,
  created         INTEGER NOT NULL,
  resume          INTEGER NOT NULL,     -- the last record that deliveries cover
  target          INTEGER NOT NULL,     -- the last record that the current run covers
  run_at          INTEGER NOT NULL,     -- when the last run was: minRecordTime
  due_at          INTEGER NOT NULL,     -- when the next run is; 0 for a stream
  notified        INTEGER NOT NULL,     -- when a delivery last succeeded; 0 for never
  delivered       INTEGER NOT NULL      -- deliveries that succeeded
, query_org INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_by_query ON subscription (query_org, query, id);

CREATE TABLE delivery (              -- the outbox: at most one per subscription
  id           TEXT    PRIMARY KEY,  -- UUIDv7, the webhook-id: the same at every attempt
  subscription TEXT    NOT NULL UNIQUE,
  after_seq    INTEGER NOT NULL,     -- the events with after_seq < seq <= upto
  upto         INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,     -- not before
  lease_until  INTEGER NOT NULL,     -- somebody is at it until then; 0 for nobody
  attempt      INTEGER NOT NULL,     -- how often it was tried
  dead         INTEGER NOT NULL,     -- 1: given up
  last_error   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_by_due ON delivery (dead, due_at);

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

CREATE TABLE lease (                 -- work that one server at a time does
  name       TEXT    PRIMARY KEY,    -- of the work
  epoch      INTEGER NOT NULL,       -- one more with each holder: what an earlier one still writes is refused by it
  holder     TEXT    NOT NULL,       -- for people; '' for nobody
  held_until INTEGER NOT NULL        -- microseconds UTC
) STRICT, WITHOUT ROWID;

CREATE TABLE store_state (           -- one row: may this store be used?
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  name  TEXT    NOT NULL,            -- of this store: 32 hexadecimal digits, made with it
  state INTEGER NOT NULL,            -- 0 in use; 1 a move fills it; 2 filled and compared; 3 moved away
  other TEXT    NOT NULL,            -- name of the store that it is filled from (1, 2) or that it went to (3)
  place TEXT    NOT NULL,            -- where that store is, for people, without password
  since INTEGER NOT NULL             -- microseconds UTC
) STRICT;
INSERT INTO store_state VALUES (1, lower(hex(randomblob(16))), 0, '', '', 0);

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB    NOT NULL CHECK (length(key) = 32)
) STRICT;
