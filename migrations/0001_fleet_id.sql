-- Fleets that share a Redis must not ring each other's shards: their queues' keys begin with this.
ALTER TABLE settings ADD COLUMN fleet_id uuid NOT NULL DEFAULT gen_random_uuid();
