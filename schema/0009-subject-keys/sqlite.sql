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
) STRICT, WITHOUT ROWID;

CREATE TABLE unmasking (             -- who saw a value about a person in the clear, and what for; append-only
  id           TEXT    PRIMARY KEY,  -- UUIDv7
  at           INTEGER NOT NULL,     -- microseconds UTC
  person       INTEGER NOT NULL,
  org          INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  subject      TEXT    NOT NULL,
  field        TEXT    NOT NULL,
  purpose      TEXT    NOT NULL,
  case_id      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
