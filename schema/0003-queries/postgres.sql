CREATE TABLE named_query (           -- EPCIS 2.0 §12.8: a question that has a name
  name         TEXT    PRIMARY KEY,
  definition   TEXT    NOT NULL,     -- JSON: SimpleEventQuery parameters, as they came
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  created      BIGINT  NOT NULL      -- microseconds UTC
);

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
  delivered       BIGINT  NOT NULL      -- deliveries that succeeded
);
CREATE INDEX subscription_by_query ON subscription (query, id);

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
