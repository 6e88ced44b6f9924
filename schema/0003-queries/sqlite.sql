CREATE TABLE named_query (           -- EPCIS 2.0 §12.8: a question that has a name
  name         TEXT    PRIMARY KEY,
  definition   TEXT    NOT NULL,     -- JSON: SimpleEventQuery parameters, as they came
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  created      INTEGER NOT NULL      -- microseconds UTC
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_by_query ON subscription (query, id);

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
