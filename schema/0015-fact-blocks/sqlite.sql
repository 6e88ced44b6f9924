CREATE TABLE fact_block (            -- what recalls read of events, many together: derived from `event`
  first INTEGER PRIMARY KEY,         -- seq of its first event
  data  BLOB    NOT NULL             -- docs/formats/fact-blocks.md
) STRICT;
