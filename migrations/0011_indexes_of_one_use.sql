-- An index that begins like the primary key is taken for it, or it for the index, while statistics are old: the planner read
-- all that has the first column. In a burst of 10,000 pods this was all states of the runtime for each batch of uids (half
-- of PostgreSQL's time), and all that is due in a shard for each key that is settled. `x || ''` is x: only who asks by
-- these words gets these indexes, and nobody else.
DROP INDEX runtime_states_node;
--> statement-breakpoint
CREATE INDEX runtime_states_node ON runtime_states ((runtime || ''), node_name);
--> statement-breakpoint
DROP INDEX due_at;
--> statement-breakpoint
CREATE INDEX due_at ON due ((shard || ''), at);
