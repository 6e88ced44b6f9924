ALTER TABLE named_query DROP CONSTRAINT named_query_pkey;
ALTER TABLE named_query ADD PRIMARY KEY (org, name);
CREATE INDEX named_query_by_name ON named_query (name, org);

ALTER TABLE subscription ADD COLUMN query_org BIGINT NOT NULL DEFAULT 1;
UPDATE subscription SET query_org = (SELECT org FROM named_query WHERE name = subscription.query);
DROP INDEX subscription_by_query;
CREATE INDEX subscription_by_query ON subscription (query_org, query, id);

CREATE TABLE token_key (             -- one row, made when the first token is: seals cursors and the like
  id  BIGINT  PRIMARY KEY CHECK (id = 1),
  key BYTEA   NOT NULL CHECK (length(key) = 32)
);
