-- What no two objects of a resource may have both, such as an address: claimed in the transaction that writes them.
CREATE TABLE claims (
  resource text COLLATE "C" NOT NULL,
  claim text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (resource, claim)
);
--> statement-breakpoint
CREATE INDEX claims_holder ON claims (resource, namespace, name);
--> statement-breakpoint
-- Of two services from before that share one, the first keeps it.
INSERT INTO claims (resource, claim, namespace, name)
SELECT o.resource, c.claim, o.namespace, o.name
FROM objects o CROSS JOIN LATERAL (
  SELECT 'ip:' || i.value AS claim
  FROM json_array_elements_text(coalesce(o.body::json #> '{spec,clusterIPs}', '[]')) AS i (value)
  WHERE i.value NOT IN ('', 'None')
  UNION
  SELECT 'port:' || (p.value ->> 'nodePort')
  FROM json_array_elements(coalesce(o.body::json #> '{spec,ports}', '[]')) AS p (value)
  WHERE (p.value ->> 'nodePort')::bigint > 0
  UNION
  SELECT 'port:' || (o.body::json #>> '{spec,healthCheckNodePort}')
  WHERE (o.body::json #>> '{spec,healthCheckNodePort}')::bigint > 0
) c
WHERE o.resource = 'services'
ORDER BY o.revision
ON CONFLICT DO NOTHING;
--> statement-breakpoint
DROP FUNCTION commit_writes(
  text[], text[], text[], text[], text[], text[], bigint[], text[], text[], text[], text[], text[], text[],
  bigint[], text[], text[], bigint[], bigint[], text[], text[], bigint[], text
);
--> statement-breakpoint
-- A group commit in one statement, so that its transaction takes one round trip and ends by itself: a process that is
-- paused or cut off holds no lock. Each key comes once. Lock order for all writers: fences by shard, the counter, due
-- rows by key. Every statement after the counter's lock has a snapshot that sees every commit before it, and nobody
-- else changes an object meanwhile.
--
-- Positions count from 1. `types` is ADDED, MODIFIED or DELETED; the `expected_` ones are ignored for ADDED. `fence_at`
-- is 0 or the position of a fence. `lease_times` holds the renewTime of what is a node's Lease, null for all else.
-- `claim_lists` holds what the object claims of what no other of its resource may have, null for kinds that claim nothing.
-- `due_at` is the position of the write that makes it due.
-- Answers the counter before the batch, and what was refused, in order: the others have the revisions after it.
CREATE FUNCTION commit_writes(
  types text[], resources text[], namespaces text[], names text[], uids text[], expected_uids text[],
  expected_revisions bigint[], label_maps text[], field_maps text[], owner_lists text[], controllers text[],
  bodies text[], lease_times text[], claim_lists text[],
  fence_at bigint[], fence_shards text[], fence_holders text[], fence_epochs bigint[],
  due_at bigint[], due_shards text[], due_keys text[], due_after_ms bigint[], origin text,
  OUT last_revision bigint, OUT refused bigint[], OUT reasons text[]
) LANGUAGE plpgsql AS $$
DECLARE
  held bigint[] := '{}';
  contested bigint[] := '{}';
  accepted bigint;
  last_compacted bigint;
BEGIN
  IF cardinality(fence_shards) > 0 THEN
    SELECT coalesce(array_agg(f.ord), '{}') INTO held FROM (
      SELECT f.ord FROM unnest(fence_shards, fence_holders, fence_epochs) WITH ORDINALITY AS f (shard, holder, epoch, ord)
      JOIN shard_owners o ON o.shard = f.shard AND o.holder = f.holder AND o.epoch = f.epoch
      ORDER BY o.shard FOR SHARE OF o
    ) f;
  END IF;
  SELECT r.current, r.compacted INTO last_revision, last_compacted FROM revisions r FOR NO KEY UPDATE;

  IF cardinality(array_remove(claim_lists, NULL)) > 0 THEN
    -- Within the batch the first has it, even if it is refused: the other looks again.
    SELECT coalesce(array_agg(DISTINCT w.ord), '{}') INTO contested
    FROM (
      SELECT i.resource, i.namespace, i.name, c.claim, i.ord,
        row_number() OVER (PARTITION BY i.resource, c.claim ORDER BY i.ord) AS turn
      FROM unnest(resources, namespaces, names, claim_lists) WITH ORDINALITY AS i (resource, namespace, name, claims, ord)
      CROSS JOIN LATERAL (SELECT DISTINCT unnest(i.claims::text[]) AS claim) c
      WHERE i.claims IS NOT NULL
    ) w
    LEFT JOIN claims k ON k.resource = w.resource AND k.claim = w.claim
    WHERE w.turn > 1 OR k.namespace <> w.namespace OR k.name <> w.name;
  END IF;

  SELECT coalesce(array_agg(j.ord ORDER BY j.ord), '{}'), coalesce(array_agg(j.reason ORDER BY j.ord), '{}')
  INTO refused, reasons
  FROM (
    SELECT i.ord, CASE
      WHEN i.fence > 0 AND i.fence <> ALL (held) THEN 'fenced'
      WHEN i.type = 'ADDED' AND o.uid IS NOT NULL THEN 'exists'
      WHEN i.type = 'ADDED' THEN CASE WHEN i.ord = ANY (contested) THEN 'claimed' END
      WHEN o.uid IS NULL THEN 'gone'
      WHEN o.uid <> i.expected_uid OR greatest(o.revision, l.revision) <> i.expected_revision THEN 'conflict'
      WHEN i.ord = ANY (contested) THEN 'claimed'
    END AS reason
    FROM unnest(types, resources, namespaces, names, expected_uids, expected_revisions, lease_times, fence_at)
      WITH ORDINALITY AS i (type, resource, namespace, name, expected_uid, expected_revision, lease_time, fence, ord)
    LEFT JOIN objects o ON o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name
    LEFT JOIN node_leases l ON l.node_name = CASE WHEN i.lease_time IS NOT NULL THEN i.name END
  ) j
  WHERE j.reason IS NOT NULL;
  accepted := cardinality(types) - cardinality(refused);
  IF accepted = 0 THEN
    RETURN;
  END IF;

  -- An accepted write's revision is its position without the refused ones before it: width_bucket counts those.
  IF 'ADDED' = ANY (types) THEN
    INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
    SELECT i.resource, i.namespace, i.name, i.uid, last_revision + i.ord - width_bucket(i.ord, refused),
      i.labels::jsonb, i.fields::jsonb, i.owner_uids::text[], i.controller_uid, i.body
    FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, owner_lists, controllers, bodies)
      WITH ORDINALITY
      AS i (type, resource, namespace, name, uid, labels, fields, owner_uids, controller_uid, body, ord)
    WHERE i.type = 'ADDED' AND i.ord <> ALL (refused);

    INSERT INTO change_log (revision, type, resource, namespace, name, uid)
    SELECT last_revision + i.ord - width_bucket(i.ord, refused), i.type, i.resource, i.namespace, i.name, i.uid
    FROM unnest(types, resources, namespaces, names, uids) WITH ORDINALITY
      AS i (type, resource, namespace, name, uid, ord)
    WHERE i.type = 'ADDED' AND i.ord <> ALL (refused);
  END IF;
  IF 'MODIFIED' = ANY (types) OR 'DELETED' = ANY (types) THEN
    -- Nobody asks for what a write replaces when its own entry is compacted.
    INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body,
      previous_revision, previous_labels, previous_fields, previous_body)
    SELECT last_revision + i.ord - width_bucket(i.ord, refused), i.type, i.resource, i.namespace, i.name, i.uid,
      CASE WHEN i.type = 'DELETED' THEN i.labels::jsonb END, CASE WHEN i.type = 'DELETED' THEN i.fields::jsonb END,
      CASE WHEN i.type = 'DELETED' THEN i.body END,
      CASE WHEN o.revision > last_compacted THEN o.revision END, o.labels, o.fields,
      CASE WHEN o.revision > last_compacted THEN o.body END
    FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, bodies) WITH ORDINALITY
      AS i (type, resource, namespace, name, uid, labels, fields, body, ord)
    JOIN objects o ON o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name
    WHERE i.type <> 'ADDED' AND i.ord <> ALL (refused);

    UPDATE objects o SET uid = i.uid, revision = last_revision + i.ord - width_bucket(i.ord, refused),
      labels = i.labels::jsonb, fields = i.fields::jsonb, owner_uids = i.owner_uids::text[],
      controller_uid = i.controller_uid, body = i.body
    FROM unnest(types, resources, namespaces, names, uids, label_maps, field_maps, owner_lists, controllers, bodies)
      WITH ORDINALITY
      AS i (type, resource, namespace, name, uid, labels, fields, owner_uids, controller_uid, body, ord)
    WHERE i.type = 'MODIFIED' AND i.ord <> ALL (refused)
      AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name;
  END IF;
  IF 'DELETED' = ANY (types) THEN
    DELETE FROM objects o
    USING unnest(types, resources, namespaces, names) WITH ORDINALITY AS i (type, resource, namespace, name, ord)
    WHERE i.type = 'DELETED' AND i.ord <> ALL (refused)
      AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name;
  END IF;

  IF cardinality(array_remove(lease_times, NULL)) > 0 THEN
    -- A written renewTime that is new counts as a renewal at the database's time, however wrong the writer's clock is;
    -- writing back the time that was read does not.
    INSERT INTO node_leases AS l (node_name, renew_time, written_time)
    SELECT i.name, now(), i.lease_time
    FROM unnest(types, names, lease_times) WITH ORDINALITY AS i (type, name, lease_time, ord)
    WHERE i.type <> 'DELETED' AND i.lease_time IS NOT NULL AND i.ord <> ALL (refused)
    ORDER BY i.name COLLATE "C"
    ON CONFLICT (node_name) DO UPDATE SET written_time = excluded.written_time, renew_time = CASE
      WHEN excluded.written_time IN
        (l.written_time, to_char(l.renew_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      THEN l.renew_time ELSE now() END;
    DELETE FROM node_leases l
    USING unnest(types, names, lease_times) WITH ORDINALITY AS i (type, name, lease_time, ord)
    WHERE i.type = 'DELETED' AND i.lease_time IS NOT NULL AND i.ord <> ALL (refused) AND l.node_name = i.name;
  END IF;

  IF cardinality(array_remove(claim_lists, NULL)) > 0 THEN
    DELETE FROM claims k
    USING unnest(resources, namespaces, names, claim_lists) WITH ORDINALITY AS i (resource, namespace, name, claims, ord)
    WHERE i.claims IS NOT NULL AND i.ord <> ALL (refused) AND k.claim <> ALL (i.claims::text[])
      AND k.resource = i.resource AND k.namespace = i.namespace AND k.name = i.name;
    INSERT INTO claims (resource, claim, namespace, name)
    SELECT DISTINCT i.resource, unnest(i.claims::text[]), i.namespace, i.name
    FROM unnest(resources, namespaces, names, claim_lists) WITH ORDINALITY AS i (resource, namespace, name, claims, ord)
    WHERE i.claims IS NOT NULL AND i.ord <> ALL (refused)
    ON CONFLICT (resource, claim) DO NOTHING;
  END IF;

  IF cardinality(due_at) > 0 THEN
    -- An earlier time is kept; the version rises, so that a run under way does not settle the row away.
    INSERT INTO due AS d (shard, key, at)
    SELECT i.shard, i.key, now() + min(i.after_ms) * interval '1 millisecond'
    FROM unnest(due_at, due_shards, due_keys, due_after_ms) AS i (write_at, shard, key, after_ms)
    WHERE i.write_at <> ALL (refused)
    GROUP BY i.shard, i.key
    ORDER BY i.shard COLLATE "C", i.key COLLATE "C"
    ON CONFLICT (shard, key) DO UPDATE SET at = least(d.at, excluded.at), version = d.version + 1;
  END IF;

  UPDATE revisions r SET current = last_revision + accepted;
  -- Writers come one after another already, so the lock that a commit with a notification takes costs nothing more.
  PERFORM pg_notify('flotilla_changes', (last_revision + accepted) || ' ' || origin);
END $$;
