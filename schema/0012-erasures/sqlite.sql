ALTER TABLE erasure ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;  -- 0 waits, 1 carried out, 2 refused, 3 withdrawn
ALTER TABLE erasure ADD COLUMN words TEXT NOT NULL DEFAULT '';      -- why it was refused
UPDATE erasure SET outcome = 1 WHERE done <> 0;

CREATE TRIGGER unmasking_becomes_audit BEFORE DELETE ON unmasking
BEGIN
  INSERT OR IGNORE INTO audit_state VALUES (1, 0, 0);
  UPDATE audit_state SET last = last + 1 WHERE id = 1;
  INSERT INTO audit_entry (id, at, person, org, jurisdiction, via, credential, address, act, target_kind, target,
                           outcome, reason, before, after, salt, trace_id, emergency)
  SELECT last, OLD.at, OLD.person, OLD.org, OLD.jurisdiction, 2, '', '', 'personal.unmask', 'subject', OLD.subject, 1,
         replace(replace(OLD.purpose, char(10), ' '), char(13), ' '), '',
         json_object('fields', OLD.field, 'case', OLD.case_id), x'', '', ''
  FROM audit_state WHERE id = 1;
END;
DELETE FROM unmasking;
DROP TABLE unmasking;
