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
