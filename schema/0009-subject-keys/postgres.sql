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
  approver_place BIGINT  NOT NULL
);

CREATE TABLE unmasking (             -- who saw a value about a person in the clear, and what for; append-only
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  at           BIGINT  NOT NULL,     -- microseconds UTC
  person       BIGINT  NOT NULL,
  org          BIGINT  NOT NULL,
  jurisdiction BIGINT  NOT NULL,
  subject      TEXT    NOT NULL,
  field        TEXT    NOT NULL,
  purpose      TEXT    NOT NULL,
  case_id      TEXT    NOT NULL
);
