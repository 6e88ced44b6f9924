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
