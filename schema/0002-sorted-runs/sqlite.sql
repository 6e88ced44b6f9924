CREATE TABLE resource (              -- what events have named, on first sight: Warehouse::Resource
  kind INTEGER NOT NULL,
  id   INTEGER NOT NULL,             -- object, term, or event type
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO resource SELECT DISTINCT 2, obj FROM posting WHERE role = 7;
INSERT INTO resource SELECT DISTINCT 3, obj FROM posting WHERE role = 8;
INSERT INTO resource SELECT DISTINCT 4, biz_step FROM event WHERE biz_step > 0;
INSERT INTO resource SELECT DISTINCT 5, disposition FROM event WHERE disposition > 0;
INSERT INTO resource SELECT DISTINCT 6, kind & 15 FROM event;

CREATE TABLE packed_event (
  seq          INTEGER PRIMARY KEY,  -- record order, dense
  submission   INTEGER NOT NULL,
  org          INTEGER NOT NULL,     -- who submitted it, and where
  jurisdiction INTEGER NOT NULL,
  recorded     INTEGER NOT NULL,     -- microseconds UTC, never decreasing
  time         INTEGER NOT NULL,     -- eventTime, microseconds UTC
  zone         INTEGER NOT NULL,     -- eventTimeZoneOffset, minutes
  kind         INTEGER NOT NULL,     -- type | action << 4 | is error declaration << 8
  biz_step     INTEGER NOT NULL,     -- term, 0 for none
  disposition  INTEGER NOT NULL,     -- term, 0 for none
  id           BLOB    NOT NULL,     -- eventID: docs/formats/event-id.md
  content      BLOB    NOT NULL CHECK (length(content) = 32),  -- SHA-256 of the CBV prehash
  links        BLOB    NOT NULL      -- docs/formats/links.md
) STRICT;
INSERT INTO packed_event SELECT seq, submission, org, jurisdiction, recorded, time, zone, kind, biz_step, disposition,
  CAST(x'02' || CAST(id AS BLOB) AS BLOB), content, links FROM event ORDER BY seq;
DROP TABLE event;
ALTER TABLE packed_event RENAME TO event;

DROP TABLE object_key;
DROP TABLE posting;
DROP TABLE event_id;
DROP TABLE member;

CREATE TABLE zstd_dictionary (       -- of document.z; a frame names its dictionary
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

-- lookups, derived from the tables above: docs/formats/runs.md
CREATE TABLE lookup_secret (         -- key of the hashes, so that nobody outside can make them collide
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL CHECK (length(secret) = 16)
) STRICT;
CREATE TABLE run (
  id          INTEGER PRIMARY KEY,
  lookup      INTEGER NOT NULL CHECK (lookup BETWEEN 1 AND 7),
  level       INTEGER NOT NULL,
  entries     INTEGER NOT NULL,
  keys        INTEGER NOT NULL,
  base        INTEGER NOT NULL,
  blocks      INTEGER NOT NULL,      -- with entries
  tail_blocks INTEGER NOT NULL,      -- after them: fences and filter
  upto_event  INTEGER NOT NULL,      -- what came later is read from the tables at start
  upto_object INTEGER NOT NULL
) STRICT;
CREATE TABLE run_block (
  id   INTEGER PRIMARY KEY,          -- run << 24 | number
  data BLOB NOT NULL
) STRICT;
