ALTER TABLE erasure ADD COLUMN outcome BIGINT NOT NULL DEFAULT 0;  -- 0 waits, 1 carried out, 2 refused, 3 withdrawn
ALTER TABLE erasure ADD COLUMN words TEXT NOT NULL DEFAULT '';     -- why it was refused
UPDATE erasure SET outcome = 1 WHERE done <> 0;

DO $$
DECLARE
  seen record;
  number bigint;
BEGIN
  FOR seen IN SELECT * FROM unmasking ORDER BY id LOOP
    INSERT INTO audit_state (id, last, pruned) VALUES (1, 1, 0)
      ON CONFLICT (id) DO UPDATE SET last = audit_state.last + 1 RETURNING last INTO number;
    INSERT INTO audit_entry (id, at, person, org, jurisdiction, via, credential, address, act, target_kind, target,
                             outcome, reason, before, after, salt, trace_id, emergency)
    VALUES (number, seen.at, seen.person, seen.org, seen.jurisdiction, 2, '', '', 'personal.unmask', 'subject',
            seen.subject, 1, translate(seen.purpose, chr(10) || chr(13), '  '), '',
            jsonb_build_object('fields', seen.field, 'case', seen.case_id)::text, '', '', '');
  END LOOP;
END $$;
DROP TABLE unmasking;
