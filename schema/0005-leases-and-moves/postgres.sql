CREATE TABLE lease (                 -- work that one server at a time does
  name       TEXT    PRIMARY KEY,    -- of the work
  epoch      BIGINT  NOT NULL,       -- one more with each holder: what an earlier one still writes is refused by it
  holder     TEXT    NOT NULL,       -- for people; '' for nobody
  held_until BIGINT  NOT NULL        -- microseconds UTC
);

CREATE TABLE store_state (           -- one row: may this store be used?
  id    BIGINT  PRIMARY KEY CHECK (id = 1),
  name  TEXT    NOT NULL,            -- of this store: 32 hexadecimal digits, made with it
  state BIGINT  NOT NULL,            -- 0 in use; 1 a move fills it; 2 filled and compared; 3 moved away
  other TEXT    NOT NULL,            -- name of the store that it is filled from (1, 2) or that it went to (3)
  place TEXT    NOT NULL,            -- where that store is, for people, without password
  since BIGINT  NOT NULL             -- microseconds UTC
);
INSERT INTO store_state VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0, '', '', 0);
