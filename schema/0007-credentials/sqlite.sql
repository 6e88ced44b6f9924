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
