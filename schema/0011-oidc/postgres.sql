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
