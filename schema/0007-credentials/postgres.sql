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
