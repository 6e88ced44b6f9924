CREATE TABLE query_of_org (         -- EPCIS 2.0 §12.8: a question that has a name
  org          INTEGER NOT NULL,     -- whose it is: a name is unique within its organisation
  name         TEXT    NOT NULL,
  definition   TEXT    NOT NULL,     -- JSON: SimpleEventQuery parameters, as they came
  person       INTEGER NOT NULL,
  jurisdiction INTEGER NOT NULL,
  created      INTEGER NOT NULL,     -- microseconds UTC
  PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;
INSERT INTO query_of_org SELECT org, name, definition, person, jurisdiction, created FROM named_query;

ALTER TABLE subscription ADD COLUMN query_org INTEGER NOT NULL DEFAULT 1;  -- named_query.org
UPDATE subscription SET query_org = (SELECT org FROM named_query WHERE name = subscription.query);
DROP INDEX subscription_by_query;
CREATE INDEX subscription_by_query ON subscription (query_org, query, id);

DROP TABLE named_query;
ALTER TABLE query_of_org RENAME TO named_query;
CREATE INDEX named_query_by_name ON named_query (name, org);

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB    NOT NULL CHECK (length(key) = 32)
) STRICT;
