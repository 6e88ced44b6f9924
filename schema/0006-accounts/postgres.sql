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
