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
