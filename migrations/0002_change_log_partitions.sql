-- The change log by revision range, so that compaction drops tables instead of deleting rows. What there is becomes
-- the first partition, as it is: no row is copied, one scan checks its bounds.
ALTER TABLE change_log RENAME TO change_log_0;
--> statement-breakpoint
ALTER TABLE change_log_0 RENAME CONSTRAINT change_log_pkey TO change_log_0_pkey;
--> statement-breakpoint
CREATE TABLE change_log (LIKE change_log_0 INCLUDING ALL) PARTITION BY RANGE (revision);
--> statement-breakpoint
-- Compaction makes the next ones ahead of time, see src/storage/feed/log-partitions.ts.
DO $$
DECLARE bound bigint := (SELECT (current / 50000 + 1) * 50000 FROM revisions);
BEGIN
  EXECUTE format('ALTER TABLE change_log ATTACH PARTITION change_log_0 FOR VALUES FROM (MINVALUE) TO (%s)', bound);
END $$;
--> statement-breakpoint
-- Signs continue tokens, the same for all replicas: 32 bytes, 244 bits of them random.
ALTER TABLE settings ADD COLUMN continue_key bytea NOT NULL
  DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
