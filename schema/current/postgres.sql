-- Texts from outside are bytea: they may hold U+0000 or broken UTF-8, which text cannot.
CREATE TABLE head (                  -- the one row that numbers everything: whoever writes holds its lock until COMMIT
  id          smallint PRIMARY KEY CHECK (id = 1),
  event       bigint NOT NULL,       -- last number given, of each kind; all dense
  object      bigint NOT NULL,
  submission  bigint NOT NULL,
  term        bigint NOT NULL,
  datum       bigint NOT NULL,
  recorded    bigint NOT NULL,       -- of the last event; microseconds UTC, never decreasing
  bytes       bigint NOT NULL        -- of all originals
) WITH (fillfactor = 50);
INSERT INTO head VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE commit_mark (           -- the last transaction of each connection that writes: was it committed?
  writer text   PRIMARY KEY,
  number bigint NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE object (                -- one row per identity ever seen
  obj bigint PRIMARY KEY,            -- dense, in order of first sight
  key bytea  NOT NULL                -- scheme byte + canonical key
);

CREATE TABLE object_key (
  key bytea  PRIMARY KEY,            -- object.key; of more than 1000 bytes: 0x00 + its SHA-256
  obj bigint NOT NULL
);

CREATE TABLE term (                  -- business steps, dispositions: written often, few
  term integer PRIMARY KEY,
  text bytea   NOT NULL
);

CREATE TABLE term_key (
  key  bytea   PRIMARY KEY,          -- term.text, shortened as object_key.key
  term integer NOT NULL
);

CREATE TABLE submission (            -- one row per capture job
  id           bigint   PRIMARY KEY,
  public_id    bytea    NOT NULL,
  person       bigint   NOT NULL,
  org          bigint   NOT NULL,
  jurisdiction integer  NOT NULL,
  created      bigint   NOT NULL,    -- microseconds UTC
  finished     bigint   NOT NULL,
  syntax       smallint NOT NULL,    -- 1 JSON, 2 XML
  success      smallint NOT NULL,
  proceed      smallint NOT NULL,
  accepted     bigint   NOT NULL,
  duplicates   bigint   NOT NULL,
  refused      bigint   NOT NULL,
  findings     bytea    NOT NULL,    -- JSON
  size         bigint   NOT NULL,    -- bytes of the original; 0 when it was refused and not kept
  sha256       bytea    NOT NULL,    -- of the original; empty when it was not kept
  frame        bytea    NOT NULL,    -- zstd: the original without the bytes of its stored events
  layout       bytea    NOT NULL     -- varints: (bytes of frame before the event, seq) for each stored event, in order
);
ALTER TABLE submission ALTER COLUMN frame SET STORAGE EXTERNAL;

CREATE TABLE submission_key (
  public_id bytea  PRIMARY KEY,
  id        bigint NOT NULL
);

CREATE TABLE event (
  block        bigint   NOT NULL CHECK (block = seq >> 16),
  seq          bigint   NOT NULL,    -- record order, dense
  submission   bigint   NOT NULL,
  org          bigint   NOT NULL,    -- who submitted it, and where
  jurisdiction integer  NOT NULL,
  recorded     bigint   NOT NULL,    -- microseconds UTC, never decreasing
  time         bigint   NOT NULL,    -- eventTime, microseconds UTC
  zone         smallint NOT NULL,    -- eventTimeZoneOffset, minutes
  kind         smallint NOT NULL,    -- type | action << 4 | is error declaration << 8
  biz_step     integer  NOT NULL,    -- term, 0 for none
  disposition  integer  NOT NULL,    -- term, 0 for none
  id           bytea    NOT NULL,    -- eventID: docs/formats/event-id.md
  content      bytea    NOT NULL CHECK (octet_length(content) = 32),  -- SHA-256 of the CBV prehash
  links        bytea    NOT NULL,    -- docs/formats/links.md
  PRIMARY KEY (block, seq)
);
CREATE INDEX event_by_time ON event (time, seq);

CREATE TABLE document (
  block bigint NOT NULL CHECK (block = seq >> 16),
  seq   bigint NOT NULL,
  z     bytea  NOT NULL,             -- zstd: the event's own bytes
  PRIMARY KEY (block, seq)
);
ALTER TABLE document ALTER COLUMN z SET STORAGE EXTERNAL;

CREATE TABLE posting (
  obj  bigint   NOT NULL,
  seq  bigint   NOT NULL,
  role smallint NOT NULL,
  PRIMARY KEY (obj, seq, role)
);

CREATE TABLE event_id (
  id          bytea    NOT NULL CHECK (octet_length(id) = 32),  -- SHA-256 of the event id
  declaration smallint NOT NULL,     -- 1 for an error declaration, which repeats the wrong event's id
  seq         bigint   NOT NULL,
  PRIMARY KEY (id, declaration)
);

CREATE TABLE member (
  class bigint NOT NULL,             -- lot or class
  obj   bigint NOT NULL,             -- item of the lot; lot or item of the class
  PRIMARY KEY (class, obj)
);

CREATE TABLE master_datum (
  id         bigint NOT NULL,
  submission bigint NOT NULL,
  subject    bigint NOT NULL,        -- object
  vocabulary bytea  NOT NULL,
  attribute  bytea  NOT NULL,
  value      bytea  NOT NULL,
  PRIMARY KEY (subject, id)
);

CREATE TABLE resource (              -- what events have named, on first sight: Warehouse::Resource
  kind smallint NOT NULL,
  id   bigint   NOT NULL,            -- object, term, or event type
  PRIMARY KEY (kind, id)
);

CREATE TABLE zstd_dictionary (       -- of document.z; a frame names its dictionary
  id   smallint PRIMARY KEY,
  data bytea    NOT NULL
);

CREATE TABLE named_query (           -- EPCIS 2.0 §12.8: a question that has a name
  name         TEXT    NOT NULL,
  definition   TEXT    NOT NULL,     -- JSON: SimpleEventQuery parameters, as they came
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,     -- whose it is: a name is unique within its organisation
  jurisdiction BIGINT  NOT NULL,
  created      BIGINT  NOT NULL,     -- microseconds UTC
  PRIMARY KEY (org, name)
);
CREATE INDEX named_query_by_name ON named_query (name, org);

CREATE TABLE subscription (          -- somebody who wants to be told
  id              TEXT    PRIMARY KEY,  -- UUIDv7
  query           TEXT    NOT NULL,     -- named_query.name
  dest            TEXT    NOT NULL,     -- http or https URL
  secret          TEXT    NOT NULL,     -- signatureToken; '' for none
  schedule        TEXT    NOT NULL,     -- JSON; '' for a stream
  report_if_empty BIGINT  NOT NULL,
  epc_format      BIGINT  NOT NULL,
  initial         BIGINT  NOT NULL,     -- initialRecordTime, microseconds UTC; 0 for none
  person          BIGINT  NOT NULL,
  org             BIGINT  NOT NULL,
  jurisdiction    BIGINT  NOT NULL,
  created         BIGINT  NOT NULL,
  resume          BIGINT  NOT NULL,     -- the last record that deliveries cover
  target          BIGINT  NOT NULL,     -- the last record that the current run covers
  run_at          BIGINT  NOT NULL,     -- when the last run was: minRecordTime
  due_at          BIGINT  NOT NULL,     -- when the next run is; 0 for a stream
  notified        BIGINT  NOT NULL,     -- when a delivery last succeeded; 0 for never
  delivered       BIGINT  NOT NULL,     -- deliveries that succeeded
  query_org       BIGINT  NOT NULL DEFAULT 1  -- named_query.org
);
CREATE INDEX subscription_by_query ON subscription (query_org, query, id);

CREATE TABLE delivery (              -- the outbox: at most one per subscription
  id           TEXT    PRIMARY KEY,  -- UUIDv7, the webhook-id: the same at every attempt
  subscription TEXT    NOT NULL UNIQUE,
  after_seq    BIGINT  NOT NULL,     -- the events with after_seq < seq <= upto
  upto         BIGINT  NOT NULL,
  created      BIGINT  NOT NULL,
  due_at       BIGINT  NOT NULL,     -- not before
  lease_until  BIGINT  NOT NULL,     -- somebody is at it until then; 0 for nobody
  attempt      BIGINT  NOT NULL,     -- how often it was tried
  dead         BIGINT  NOT NULL,     -- 1: given up
  last_error   TEXT    NOT NULL
);
CREATE INDEX delivery_by_due ON delivery (dead, due_at);

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

CREATE TABLE lease (                 -- work that one server at a time does
  name       TEXT    PRIMARY KEY,    -- of the work
  epoch      BIGINT  NOT NULL,       -- one more with each holder: what an earlier one still writes is refused by it
  holder     TEXT    NOT NULL,       -- for people; '' for nobody
  held_until BIGINT  NOT NULL        -- microseconds UTC
);

CREATE TABLE store_state (           -- one row: may this store be used?
  id    BIGINT  PRIMARY KEY CHECK (id = 1),
  name  TEXT    NOT NULL,            -- of this store: 32 hexadecimal digits, made with it
  state BIGINT  NOT NULL,            -- 0 in use; 1 a move fills it; 2 filled and compared; 3 moved away
  other TEXT    NOT NULL,            -- name of the store that it is filled from (1, 2) or that it went to (3)
  place TEXT    NOT NULL,            -- where that store is, for people, without password
  since BIGINT  NOT NULL             -- microseconds UTC
);
INSERT INTO store_state VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0, '', '', 0);

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  BIGINT  PRIMARY KEY CHECK (id = 1),
  key BYTEA   NOT NULL CHECK (length(key) = 32)
);
