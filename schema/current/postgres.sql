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

CREATE TABLE account_state (         -- one row, made by the first change of what follows
  id      BIGINT  PRIMARY KEY CHECK (id = 1),
  version BIGINT  NOT NULL           -- grows with every change: whoever changes holds its lock
);

CREATE TABLE organisation (          -- never deleted; 1 is who runs the server, there even without a row
  id       BIGINT  PRIMARY KEY,      -- dense
  version  BIGINT  NOT NULL,         -- grows with every change of this one
  name     TEXT    NOT NULL,
  kind     BIGINT  NOT NULL,
  superior BIGINT  NOT NULL,         -- organisation; 0: below nobody
  division BIGINT  NOT NULL,         -- GB/T 2260; 0: the whole country
  uscc     TEXT    NOT NULL,         -- unified social credit code, or ''
  active   BIGINT  NOT NULL          -- 0: closed
);

CREATE TABLE organisation_code (     -- by which events name it
  org  BIGINT  NOT NULL,
  code TEXT    NOT NULL UNIQUE,      -- canonical URI
  PRIMARY KEY (org, code)
);

CREATE TABLE person (                -- who has an account; never deleted
  id      BIGINT  PRIMARY KEY,       -- dense from 2 on
  version BIGINT  NOT NULL,
  login   TEXT    NOT NULL UNIQUE,
  org     BIGINT  NOT NULL,
  active  BIGINT  NOT NULL,          -- 0: suspended
  deputy  BIGINT  NOT NULL,          -- person; 0 for none
  name    BYTEA   NOT NULL,          -- as FieldSeal makes it of a text
  mobile  BYTEA   NOT NULL           -- the same
);
CREATE INDEX person_by_org ON person (org, id);

CREATE TABLE person_role (
  person  BIGINT  NOT NULL,
  role    BIGINT  NOT NULL,
  granted BIGINT  NOT NULL,          -- microseconds UTC
  grantor BIGINT  NOT NULL,          -- person
  PRIMARY KEY (person, role)
);

CREATE TABLE task (                  -- what somebody still has to do
  id        TEXT    PRIMARY KEY,     -- UUIDv7
  kind      TEXT    NOT NULL,        -- "mark.lift"
  subject   TEXT    NOT NULL,        -- id of what it is about
  org       BIGINT  NOT NULL,
  person    BIGINT  NOT NULL,        -- 0: anybody of the organisation
  opened    BIGINT  NOT NULL,        -- microseconds UTC
  due       BIGINT  NOT NULL,        -- 0 for none
  closed    BIGINT  NOT NULL,        -- 0: open
  closed_by BIGINT  NOT NULL         -- person; 0 while it is open
);
CREATE INDEX task_by_person ON task (person, id);
CREATE INDEX task_by_org ON task (org, id);
CREATE INDEX task_by_subject ON task (subject, kind);
CREATE TABLE password (              -- of a person
  person  BIGINT  PRIMARY KEY,
  hash    TEXT    NOT NULL,          -- Argon2id as text
  set_at  BIGINT  NOT NULL           -- microseconds UTC
);

CREATE TABLE password_earlier (      -- hashes that must not come back (login.policy = mlps3)
  person  BIGINT  NOT NULL,
  number  BIGINT  NOT NULL,          -- grows
  hash    TEXT    NOT NULL,
  PRIMARY KEY (person, number)
);

CREATE TABLE totp (                  -- a person's second factor
  person    BIGINT  PRIMARY KEY,
  sealed    BYTEA   NOT NULL,        -- the secret under the server's key
  used      BIGINT  NOT NULL,        -- last time step whose code was taken
  confirmed BIGINT  NOT NULL         -- 1: a first code of it was right
);

CREATE TABLE recovery_code (         -- in place of a code, once each
  person BIGINT  NOT NULL,
  code   BYTEA   NOT NULL,           -- SHA-256
  PRIMARY KEY (person, code)
);

CREATE TABLE session (
  token   BYTEA   PRIMARY KEY,       -- SHA-256 of it
  id      TEXT    NOT NULL,          -- public
  person  BIGINT  NOT NULL,
  created BIGINT  NOT NULL,          -- microseconds UTC
  seen    BIGINT  NOT NULL,          -- at most a minute old
  ends    BIGINT  NOT NULL,          -- whatever happens
  how     BIGINT  NOT NULL,          -- 1 password; 2 password and code; 3 OpenID provider
  client  TEXT    NOT NULL           -- address
);
CREATE INDEX session_by_person ON session (person, created);

CREATE TABLE api_key (               -- of an organisation; kept when it is revoked
  id       TEXT    PRIMARY KEY,      -- public
  secret   BYTEA   NOT NULL,         -- SHA-256 of the other part
  org      BIGINT  NOT NULL,
  role     BIGINT  NOT NULL,
  acts     BIGINT  NOT NULL,         -- bits
  name     TEXT    NOT NULL,
  made     BIGINT  NOT NULL,         -- microseconds UTC
  expires  BIGINT  NOT NULL,
  made_by  BIGINT  NOT NULL,         -- person
  revoked  BIGINT  NOT NULL,         -- 0: not
  used_day BIGINT  NOT NULL          -- days since 1970 in China; 0: never
);
CREATE INDEX api_key_by_org ON api_key (org, id);

CREATE TABLE login_link (            -- opens once
  link    BYTEA   PRIMARY KEY,       -- SHA-256 of its token
  kind    BIGINT  NOT NULL,          -- 1 set-up; 2 password
  person  BIGINT  NOT NULL,          -- 0: nobody yet
  expires BIGINT  NOT NULL,          -- microseconds UTC
  used    BIGINT  NOT NULL           -- 0: not
);

CREATE TABLE login_failure (         -- counted; forgotten after a quiet while
  kind     BIGINT  NOT NULL,         -- 1 account and address; 2 address; 3 account; 4 device
  what     BYTEA   NOT NULL,         -- SHA-256
  failures BIGINT  NOT NULL,
  last     BIGINT  NOT NULL,         -- microseconds UTC
  open_at  BIGINT  NOT NULL,         -- the next attempt is heard from then on
  PRIMARY KEY (kind, what)
);
CREATE INDEX login_failure_by_time ON login_failure (last);

CREATE TABLE audit_entry (           -- who did what; append-only: the triggers below refuse anything else
  id           BIGINT  PRIMARY KEY,  -- 1, 2, 3 … without gaps, in the order in which they were committed
  at           BIGINT  NOT NULL,     -- microseconds UTC
  person       BIGINT  NOT NULL,     -- 0: nobody who is known
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  via          BIGINT  NOT NULL,     -- 0 nobody, 1 machine, 2 session, 3 key, 4 job
  credential   TEXT    NOT NULL,     -- public id of the session or key
  address      TEXT    NOT NULL,     -- from where
  act          TEXT    NOT NULL,
  target_kind  TEXT    NOT NULL,
  target       TEXT    NOT NULL,
  outcome      BIGINT  NOT NULL,     -- 1 allowed, 2 refused, 3 failed
  reason       TEXT    NOT NULL,     -- why: of who acted, or of who refused
  before       TEXT    NOT NULL,     -- JSON object, or ''; masked fields as salted SHA-256
  after        TEXT    NOT NULL,
  salt         BYTEA   NOT NULL,     -- of this entry's hashes
  trace_id     TEXT    NOT NULL,     -- of the request
  emergency    TEXT    NOT NULL      -- under which emergency it was read, or ''
);
CREATE INDEX audit_by_time ON audit_entry (at, id);
CREATE INDEX audit_by_person ON audit_entry (person, at, id);
CREATE INDEX audit_by_org ON audit_entry (org, at, id);
CREATE INDEX audit_by_target ON audit_entry (target_kind, target, at, id);

CREATE TABLE audit_state (           -- one row, from the first entry on
  id     BIGINT  PRIMARY KEY CHECK (id = 1),
  last   BIGINT  NOT NULL,           -- id of the last entry
  pruned BIGINT  NOT NULL            -- entries before this instant may go; only ever grows
);

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF (SELECT state FROM store_state WHERE id = 1) = 1 THEN
      RETURN OLD;
    END IF;
    IF OLD.at < (SELECT pruned FROM audit_state WHERE id = 1)
       AND OLD.at <= (extract(epoch FROM now())::bigint - 183 * 86400) * 1000000 THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit entries are kept for at least 183 days';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF (SELECT state FROM store_state WHERE id = 1) = 1
       OR NEW.id = (SELECT last FROM audit_state WHERE id = 1) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are numbered without gaps';
  END IF;
  RAISE EXCEPTION 'audit entries are never changed';
END $$;
CREATE TRIGGER audit_rows BEFORE INSERT OR UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_table BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();

CREATE TABLE emergency (             -- break-glass: somebody reads outside their jurisdiction, for at most an hour
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  place        BIGINT  NOT NULL,     -- GB/T 2260
  reason       TEXT    NOT NULL,
  begun        BIGINT  NOT NULL,     -- microseconds UTC
  ends         BIGINT  NOT NULL,
  reviewer     BIGINT  NOT NULL,     -- person; 0: not reviewed yet
  reviewer_org BIGINT  NOT NULL,
  reviewed     BIGINT  NOT NULL,     -- microseconds UTC
  justified    BIGINT  NOT NULL,     -- what the reviewer found
  words        TEXT    NOT NULL
);
CREATE INDEX emergency_by_person ON emergency (person, ends);
CREATE INDEX emergency_by_review ON emergency (reviewer, id);

CREATE TABLE subject_key (           -- the keys that values about people are sealed with; a missing row: erased
  number       BIGINT  PRIMARY KEY,  -- microseconds UTC of its making, or a little more: ascends, is never given again
  subject      TEXT    NOT NULL,     -- canonical URI of what master data describes, id of an event, "job:…", "person:…"
  person       BIGINT  NOT NULL,     -- who sent in the first value
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  wrapped      BYTEA   NOT NULL      -- 32 bytes, sealed by the master key
);
CREATE INDEX subject_key_by_subject ON subject_key (subject, org);

CREATE TABLE erasure (               -- asked for by one person, approved by another; append-only but for the approval
  id             TEXT    PRIMARY KEY,  -- UUIDv7
  subject        TEXT    NOT NULL,
  keys           TEXT    NOT NULL,   -- numbers of subject_key, separated by spaces
  last           BIGINT  NOT NULL,   -- the highest of them
  why            TEXT    NOT NULL,
  asked          BIGINT  NOT NULL,   -- microseconds UTC
  person         BIGINT  NOT NULL,   -- who asked
  org            BIGINT  NOT NULL,
  jurisdiction   BIGINT  NOT NULL,
  done           BIGINT  NOT NULL,   -- microseconds UTC; 0: not yet
  approver       BIGINT  NOT NULL,   -- person; 0: nobody yet
  approver_org   BIGINT  NOT NULL,
  approver_place BIGINT  NOT NULL,
  outcome        BIGINT  NOT NULL DEFAULT 0,  -- 0 waits, 1 carried out, 2 refused, 3 withdrawn
  words          TEXT    NOT NULL DEFAULT ''  -- why it was refused
);

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  BIGINT  PRIMARY KEY CHECK (id = 1),
  key BYTEA   NOT NULL CHECK (length(key) = 32)
);

CREATE TABLE oidc_identity (         -- who of an OpenID provider is which person
  issuer  TEXT    NOT NULL,          -- of the provider, as its tokens say
  subject BYTEA   NOT NULL,          -- SHA-256 of issuer, NUL, subject
  person  BIGINT  NOT NULL,
  linked  BIGINT  NOT NULL,          -- microseconds UTC
  linked_by BIGINT NOT NULL,         -- person who linked them
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_identity_person ON oidc_identity (person);

CREATE TABLE oidc_state (            -- somebody who is away at the provider, to sign in
  state       BYTEA   PRIMARY KEY,   -- SHA-256 of what the provider gives back
  browser     BYTEA   NOT NULL,      -- SHA-256 of the browser's cookie
  nonce       TEXT    NOT NULL,
  verifier    TEXT    NOT NULL,      -- of PKCE
  return_path TEXT    NOT NULL,
  until       BIGINT  NOT NULL       -- microseconds UTC
);
CREATE INDEX oidc_state_until ON oidc_state (until);

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
