-- A group commit in one statement, so that its transaction takes one round trip and ends by itself: a process that is
-- paused or cut off holds no lock. Each key comes once. Lock order for all writers: fences by shard, the counter, due
-- rows by key. Every statement after the counter's lock has a snapshot that sees every commit before it.
--
-- Positions count from 1. `types` is ADDED, MODIFIED or DELETED; the `expected_` ones are ignored for ADDED. A
-- `previous_` map is null where it did not change. `fence_at` is 0 or the position of a fence. `lease_times` holds the
-- renewTime of what is a node's Lease, null for all else. `due_at` is the position of the write that makes it due.
-- Answers the counter before the batch, and what was refused: the others have the revisions after it, in order.
CREATE FUNCTION commit_writes(
  types text[], resources text[], namespaces text[], names text[], uids text[], expected_uids text[],
  expected_revisions bigint[], label_maps text[], field_maps text[], owner_lists text[], controllers text[],
  bodies text[], previous_label_maps text[], previous_field_maps text[], lease_times text[],
  fence_at bigint[], fence_shards text[], fence_holders text[], fence_epochs bigint[],
  due_at bigint[], due_shards text[], due_keys text[], due_after_ms bigint[], origin text,
  OUT last_revision bigint, OUT refused bigint[], OUT reasons text[]
) LANGUAGE plpgsql AS $$
DECLARE
  held bigint[] := '{}';
  accepted bigint;
  taken boolean[];
BEGIN
  IF cardinality(fence_shards) > 0 THEN
    SELECT coalesce(array_agg(f.ord), '{}') INTO held FROM (
      SELECT f.ord FROM unnest(fence_shards, fence_holders, fence_epochs) WITH ORDINALITY AS f (shard, holder, epoch, ord)
      JOIN shard_owners o ON o.shard = f.shard AND o.holder = f.holder AND o.epoch = f.epoch
      ORDER BY o.shard FOR SHARE OF o
    ) f;
  END IF;
  SELECT r.current INTO last_revision FROM revisions r FOR NO KEY UPDATE;

  SELECT coalesce(array_agg(j.ord ORDER BY j.ord) FILTER (WHERE j.reason IS NOT NULL), '{}'),
    coalesce(array_agg(j.reason ORDER BY j.ord) FILTER (WHERE j.reason IS NOT NULL), '{}'),
    array_agg(j.reason IS NULL ORDER BY j.ord), count(*) FILTER (WHERE j.reason IS NULL)
  INTO refused, reasons, taken, accepted
  FROM (
    SELECT i.ord, CASE
      WHEN i.fence > 0 AND i.fence <> ALL (held) THEN 'fenced'
      WHEN i.type = 'ADDED' THEN CASE WHEN o.uid IS NOT NULL THEN 'exists' END
      WHEN o.uid IS NULL THEN 'gone'
      WHEN o.uid <> i.expected_uid OR greatest(o.revision, l.revision) <> i.expected_revision THEN 'conflict'
    END AS reason
    FROM unnest(types, resources, namespaces, names, expected_uids, expected_revisions, lease_times, fence_at)
      WITH ORDINALITY AS i (type, resource, namespace, name, expected_uid, expected_revision, lease_time, fence, ord)
    LEFT JOIN objects o ON o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name
    LEFT JOIN node_leases l ON l.node_name = CASE WHEN i.lease_time IS NOT NULL THEN i.name END
  ) j;
  IF accepted = 0 THEN
    RETURN;
  END IF;

  WITH input AS (
    SELECT i.*, last_revision + row_number() OVER () AS revision
    FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, owner_lists, controllers, bodies, taken)
      AS i (type, resource, namespace, name, uid, labels, fields, owner_uids, controller_uid, body, is_taken)
    WHERE i.is_taken
  )
  INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
  SELECT i.resource, i.namespace, i.name, i.uid, i.revision, i.labels::jsonb, i.fields::jsonb, i.owner_uids::text[],
    i.controller_uid, i.body
  FROM input i WHERE i.type = 'ADDED';

  IF 'MODIFIED' = ANY (types) THEN
    UPDATE objects o SET uid = i.uid, revision = i.revision, labels = i.labels::jsonb, fields = i.fields::jsonb,
      owner_uids = i.owner_uids::text[], controller_uid = i.controller_uid, body = i.body
    FROM (
      SELECT i.*, last_revision + row_number() OVER () AS revision
      FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, owner_lists, controllers, bodies, taken)
        AS i (type, resource, namespace, name, uid, labels, fields, owner_uids, controller_uid, body, is_taken)
      WHERE i.is_taken
    ) i
    WHERE i.type = 'MODIFIED' AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name;
  END IF;
  IF 'DELETED' = ANY (types) THEN
    DELETE FROM objects o
    USING unnest(types, resources, namespaces, names, taken) AS i (type, resource, namespace, name, is_taken)
    WHERE i.is_taken AND i.type = 'DELETED'
      AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name;
  END IF;

  INSERT INTO change_log
    (revision, type, resource, namespace, name, uid, labels, fields, previous_labels, previous_fields, body)
  SELECT last_revision + row_number() OVER (), i.type, i.resource, i.namespace, i.name, i.uid, i.labels::jsonb,
    i.fields::jsonb, i.previous_labels::jsonb, i.previous_fields::jsonb, i.body
  FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, previous_label_maps, previous_field_maps,
      bodies, taken)
    AS i (type, resource, namespace, name, uid, labels, fields, previous_labels, previous_fields, body, is_taken)
  WHERE i.is_taken;

  IF cardinality(array_remove(lease_times, NULL)) > 0 THEN
    -- A written renewTime that is new counts as a renewal at the database's time, however wrong the writer's clock is;
    -- writing back the time that was read does not.
    INSERT INTO node_leases AS l (node_name, renew_time, written_time)
    SELECT i.name, now(), i.lease_time FROM unnest(types, names, lease_times, taken) AS i (type, name, lease_time, is_taken)
    WHERE i.is_taken AND i.type <> 'DELETED' AND i.lease_time IS NOT NULL
    ORDER BY i.name COLLATE "C"
    ON CONFLICT (node_name) DO UPDATE SET written_time = excluded.written_time, renew_time = CASE
      WHEN excluded.written_time IN
        (l.written_time, to_char(l.renew_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      THEN l.renew_time ELSE now() END;
    DELETE FROM node_leases l USING unnest(types, names, lease_times, taken) AS i (type, name, lease_time, is_taken)
    WHERE i.is_taken AND i.type = 'DELETED' AND i.lease_time IS NOT NULL AND l.node_name = i.name;
  END IF;

  IF cardinality(due_at) > 0 THEN
    -- An earlier time is kept; the version rises, so that a run under way does not settle the row away.
    INSERT INTO due AS d (shard, key, at)
    SELECT i.shard, i.key, now() + min(i.after_ms) * interval '1 millisecond'
    FROM unnest(due_at, due_shards, due_keys, due_after_ms) AS i (write_at, shard, key, after_ms)
    WHERE taken[i.write_at]
    GROUP BY i.shard, i.key
    ORDER BY i.shard COLLATE "C", i.key COLLATE "C"
    ON CONFLICT (shard, key) DO UPDATE SET at = least(d.at, excluded.at), version = d.version + 1;
  END IF;

  UPDATE revisions r SET current = last_revision + accepted;
  -- Writers come one after another already, so the lock that a commit with a notification takes costs nothing more.
  PERFORM pg_notify('flotilla_changes', (last_revision + accepted) || ' ' || origin);
END $$;
--> statement-breakpoint
-- A shard's heartbeats: one revision, one entry in the change log, one round trip. Every time is the transaction's
-- start. Answers 0 where nothing was due: looked at without the lock first, so that a repeated job costs the writers
-- nothing, and again under it, so that no revision is spent when another was faster.
CREATE FUNCTION renew_leases(of_shard text, min_age_ms float8, origin text, OUT renewed bigint, OUT renewal bigint)
LANGUAGE plpgsql AS $$
DECLARE
  oldest timestamptz := now() - min_age_ms * interval '1 millisecond';
BEGIN
  renewed := 0;
  IF NOT EXISTS (SELECT FROM node_leases l WHERE l.shard = of_shard AND NOT l.suspended AND l.renew_time <= oldest) THEN
    RETURN;
  END IF;
  SELECT r.current + 1 INTO renewal FROM revisions r FOR NO KEY UPDATE;
  UPDATE node_leases l SET renew_time = now(), revision = renewal
  WHERE l.shard = of_shard AND NOT l.suspended AND l.renew_time <= oldest;
  GET DIAGNOSTICS renewed = ROW_COUNT;
  IF renewed = 0 THEN
    renewal := NULL;
    RETURN;
  END IF;
  UPDATE revisions r SET current = renewal;
  INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body)
  VALUES (renewal, 'RENEWED', 'leases.coordination.k8s.io', 'kube-node-lease', of_shard, '', '{}', '{}', '');
  PERFORM pg_notify('flotilla_changes', renewal || ' ' || origin);
END $$;
