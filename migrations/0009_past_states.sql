-- Every write keeps what it replaced for as long as the log holds its entry, also where that is older than the log: the
-- state of each object at each retained revision can be read again. A deletion has the body itself, as its last state.
DO $$
DECLARE
  body text;
  changed text;
BEGIN
  SELECT pg_get_functiondef(p.oid) INTO STRICT body FROM pg_proc p
  WHERE p.proname = 'commit_writes' AND p.pronamespace = current_schema()::regnamespace;
  changed := replace(body, 'CASE WHEN o.revision > last_compacted THEN o.revision END', 'o.revision');
  changed := replace(changed, 'CASE WHEN o.revision > last_compacted THEN o.body END',
    'CASE WHEN o.revision > last_compacted OR i.type = ''MODIFIED'' THEN o.body END');
  changed := replace(changed, '-- Nobody asks for what a write replaces when its own entry is compacted.',
    '-- Also what is older than the log: past states are read from here.');
  IF changed = body THEN
    RAISE EXCEPTION 'commit_writes is not as this migration expects it';
  END IF;
  EXECUTE changed;
END $$;
