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

CREATE TABLE fact_block (            -- what recalls read of events, many together: derived from `event`
  first INTEGER PRIMARY KEY,         -- seq of its first event
  data  BLOB    NOT NULL             -- docs/formats/fact-blocks.md
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

CREATE TABLE account_state (         -- one row, made by the first change of what follows
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL           -- grows with every change: whoever changes holds its lock
) STRICT;

CREATE TABLE organisation (          -- never deleted; 1 is who runs the server, there even without a row
  id       INTEGER PRIMARY KEY,      -- dense
  version  INTEGER NOT NULL,         -- grows with every change of this one
  name     TEXT    NOT NULL,
  kind     INTEGER NOT NULL,
  superior INTEGER NOT NULL,         -- organisation; 0: below nobody
  division INTEGER NOT NULL,         -- GB/T 2260; 0: the whole country
  uscc     TEXT    NOT NULL,         -- unified social credit code, or ''
  active   INTEGER NOT NULL          -- 0: closed
) STRICT;

CREATE TABLE organisation_code (     -- by which events name it
  org  INTEGER NOT NULL,
  code TEXT    NOT NULL UNIQUE,      -- canonical URI
  PRIMARY KEY (org, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (                -- who has an account; never deleted
  id      INTEGER PRIMARY KEY,       -- dense from 2 on
  version INTEGER NOT NULL,
  login   TEXT    NOT NULL UNIQUE,
  org     INTEGER NOT NULL,
  active  INTEGER NOT NULL,          -- 0: suspended
  deputy  INTEGER NOT NULL,          -- person; 0 for none
  name    BLOB    NOT NULL,          -- as FieldSeal makes it of a text
  mobile  BLOB    NOT NULL           -- the same
) STRICT;
CREATE INDEX person_by_org ON person (org, id);

CREATE TABLE person_role (
  person  INTEGER NOT NULL,
  role    INTEGER NOT NULL,
  granted INTEGER NOT NULL,          -- microseconds UTC
  grantor INTEGER NOT NULL,          -- person
  PRIMARY KEY (person, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (                  -- what somebody still has to do
  id        TEXT    PRIMARY KEY,     -- UUIDv7
  kind      TEXT    NOT NULL,        -- "mark.lift"
  subject   TEXT    NOT NULL,        -- id of what it is about
  org       INTEGER NOT NULL,
  person    INTEGER NOT NULL,        -- 0: anybody of the organisation
  opened    INTEGER NOT NULL,        -- microseconds UTC
  due       INTEGER NOT NULL,        -- 0 for none
  closed    INTEGER NOT NULL,        -- 0: open
  closed_by INTEGER NOT NULL         -- person; 0 while it is open
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_person ON task (person, id);
CREATE INDEX task_by_org ON task (org, id);
CREATE INDEX task_by_subject ON task (subject, kind);
CREATE TABLE password (              -- of a person
  person  INTEGER PRIMARY KEY,
  hash    TEXT    NOT NULL,          -- Argon2id as text
  set_at  INTEGER NOT NULL           -- microseconds UTC
) STRICT;

CREATE TABLE password_earlier (      -- hashes that must not come back (login.policy = mlps3)
  person  INTEGER NOT NULL,
  number  INTEGER NOT NULL,          -- grows
  hash    TEXT    NOT NULL,
  PRIMARY KEY (person, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE totp (                  -- a person's second factor
  person    INTEGER PRIMARY KEY,
  sealed    BLOB    NOT NULL,        -- the secret under the server's key
  used      INTEGER NOT NULL,        -- last time step whose code was taken
  confirmed INTEGER NOT NULL         -- 1: a first code of it was right
) STRICT;

CREATE TABLE recovery_code (         -- in place of a code, once each
  person INTEGER NOT NULL,
  code   BLOB    NOT NULL,           -- SHA-256
  PRIMARY KEY (person, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token   BLOB    PRIMARY KEY,       -- SHA-256 of it
  id      TEXT    NOT NULL,          -- public
  person  INTEGER NOT NULL,
  created INTEGER NOT NULL,          -- microseconds UTC
  seen    INTEGER NOT NULL,          -- at most a minute old
  ends    INTEGER NOT NULL,          -- whatever happens
  how     INTEGER NOT NULL,          -- 1 password; 2 password and code; 3 OpenID provider
  client  TEXT    NOT NULL           -- address
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session (person, created);

CREATE TABLE api_key (               -- of an organisation; kept when it is revoked
  id       TEXT    PRIMARY KEY,      -- public
  secret   BLOB    NOT NULL,         -- SHA-256 of the other part
  org      INTEGER NOT NULL,
  role     INTEGER NOT NULL,
  acts     INTEGER NOT NULL,         -- bits
  name     TEXT    NOT NULL,
  made     INTEGER NOT NULL,         -- microseconds UTC
  expires  INTEGER NOT NULL,
  made_by  INTEGER NOT NULL,         -- person
  revoked  INTEGER NOT NULL,         -- 0: not
  used_day INTEGER NOT NULL          -- days since 1970 in China; 0: never
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_by_org ON api_key (org, id);

CREATE TABLE login_link (            -- opens once
  link    BLOB    PRIMARY KEY,       -- SHA-256 of its token
  kind    INTEGER NOT NULL,          -- 1 set-up; 2 password
  person  INTEGER NOT NULL,          -- 0: nobody yet
  expires INTEGER NOT NULL,          -- microseconds UTC
  used    INTEGER NOT NULL           -- 0: not
) STRICT, WITHOUT ROWID;

CREATE TABLE login_failure (         -- counted; forgotten after a quiet while
  kind     INTEGER NOT NULL,         -- 1 account and address; 2 address; 3 account; 4 device
  what     BLOB    NOT NULL,         -- SHA-256
  failures INTEGER NOT NULL,
  last     INTEGER NOT NULL,         -- microseconds UTC
  open_at  INTEGER NOT NULL,         -- the next attempt is heard from then on
  PRIMARY KEY (kind, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failure_by_time ON login_failure (last);

CREATE TABLE audit_entry (           -- who did what; append-only: the triggers below refuse anything else
  id           INTEGER PRIMARY KEY,  -- 1, 2, 3 … without gaps, in the order in which they were committed
  at           INTEGER NOT NULL,     -- microseconds UTC
  person       INTEGER NOT NULL,     -- 0: nobody who is known
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  via          INTEGER NOT NULL,     -- 0 nobody, 1 machine, 2 session, 3 key, 4 job
  credential   TEXT    NOT NULL,     -- public id of the session or key
  address      TEXT    NOT NULL,     -- from where
  act          TEXT    NOT NULL,
  target_kind  TEXT    NOT NULL,
  target       TEXT    NOT NULL,
  outcome      INTEGER NOT NULL,     -- 1 allowed, 2 refused, 3 failed
  reason       TEXT    NOT NULL,     -- why: of who acted, or of who refused
  before       TEXT    NOT NULL,     -- JSON object, or ''; masked fields as salted SHA-256
  after        TEXT    NOT NULL,
  salt         BLOB    NOT NULL,     -- of this entry's hashes
  trace_id     TEXT    NOT NULL,     -- of the request
  emergency    TEXT    NOT NULL      -- under which emergency it was read, or ''
) STRICT;
CREATE INDEX audit_by_time ON audit_entry (at, id);
CREATE INDEX audit_by_person ON audit_entry (person, at, id);
CREATE INDEX audit_by_org ON audit_entry (org, at, id);
CREATE INDEX audit_by_target ON audit_entry (target_kind, target, at, id);

CREATE TABLE audit_state (           -- one row, from the first entry on
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  last   INTEGER NOT NULL,           -- id of the last entry
  pruned INTEGER NOT NULL            -- entries before this instant may go; only ever grows
) STRICT;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_entry
WHEN (SELECT state FROM store_state WHERE id = 1) <> 1
  AND (OLD.at >= coalesce((SELECT pruned FROM audit_state WHERE id = 1), 0)
       OR OLD.at > (CAST(strftime('%s', 'now') AS INTEGER) - 183 * 86400) * 1000000)
BEGIN
  SELECT RAISE(ABORT, 'audit entries are kept for at least 183 days');
END;
CREATE TRIGGER audit_next BEFORE INSERT ON audit_entry
WHEN (SELECT state FROM store_state WHERE id = 1) <> 1
  AND (NEW.id <> coalesce((SELECT last FROM audit_state WHERE id = 1), 0)
       OR EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id))
BEGIN
  SELECT RAISE(ABORT, 'audit entries are numbered without gaps');
END;

CREATE TABLE emergency (             -- break-glass: somebody reads outside their jurisdiction, for at most an hour
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  place        INTEGER NOT NULL,     -- GB/T 2260
  reason       TEXT    NOT NULL,
  begun        INTEGER NOT NULL,     -- microseconds UTC
  ends         INTEGER NOT NULL,
  reviewer     INTEGER NOT NULL,     -- person; 0: not reviewed yet
  reviewer_org INTEGER NOT NULL,
  reviewed     INTEGER NOT NULL,     -- microseconds UTC
  justified    INTEGER NOT NULL,     -- what the reviewer found
  words        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX emergency_by_person ON emergency (person, ends);
CREATE INDEX emergency_by_review ON emergency (reviewer, id);

CREATE TABLE subject_key (           -- the keys that values about people are sealed with; a missing row: erased
  number       INTEGER PRIMARY KEY,  -- microseconds UTC of its making, or a little more: ascends, is never given again
  subject      TEXT    NOT NULL,     -- canonical URI of what master data describes, id of an event, "job:…", "person:…"
  person       INTEGER NOT NULL,     -- who sent in the first value
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  wrapped      BLOB    NOT NULL      -- 32 bytes, sealed by the master key
) STRICT;
CREATE INDEX subject_key_by_subject ON subject_key (subject, org);

CREATE TABLE erasure (               -- asked for by one person, approved by another; append-only but for the approval
  id             TEXT    PRIMARY KEY,  -- UUIDv7
  subject        TEXT    NOT NULL,
  keys           TEXT    NOT NULL,   -- numbers of subject_key, separated by spaces
  last           INTEGER NOT NULL,   -- the highest of them
  why            TEXT    NOT NULL,
  asked          INTEGER NOT NULL,   -- microseconds UTC
  person         INTEGER NOT NULL,   -- who asked
  org            INTEGER NOT NULL,
  jurisdiction   INTEGER NOT NULL,
  done           INTEGER NOT NULL,   -- microseconds UTC; 0: not yet
  approver       INTEGER NOT NULL,   -- person; 0: nobody yet
  approver_org   INTEGER NOT NULL,
  approver_place INTEGER NOT NULL
, outcome INTEGER NOT NULL DEFAULT 0, words TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB    NOT NULL CHECK (length(key) = 32)
) STRICT;

CREATE TABLE oidc_identity (         -- who of an OpenID provider is which person
  issuer  TEXT    NOT NULL,          -- of the provider, as its tokens say
  subject BLOB    NOT NULL,          -- SHA-256 of issuer, NUL, subject
  person  INTEGER NOT NULL,
  linked  INTEGER NOT NULL,          -- microseconds UTC
  linked_by INTEGER NOT NULL,        -- person who linked them
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_identity_person ON oidc_identity (person);

CREATE TABLE oidc_state (            -- somebody who is away at the provider, to sign in
  state       BLOB    PRIMARY KEY,   -- SHA-256 of what the provider gives back
  browser     BLOB    NOT NULL,      -- SHA-256 of the browser's cookie
  nonce       TEXT    NOT NULL,
  verifier    TEXT    NOT NULL,      -- of PKCE
  return_path TEXT    NOT NULL,
  until       INTEGER NOT NULL       -- microseconds UTC
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_state_until ON oidc_state (until);

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
