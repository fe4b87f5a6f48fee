/**
 * The tables as drizzle sees them, for the cold paths. `migrations/` is the truth for what drizzle cannot say
 * (partitions, storage, fill factors); an integration test holds the two together.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
});
const NEW_KEY = sql`decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')`;
const revision = (name: string) => bigint(name, { mode: 'number' }).notNull();
const time = (name: string) => timestamp(name, { withTimezone: true }).notNull();
const record = (name: string) => jsonb(name).$type<Record<string, string>>();

export const objects = pgTable(
  'objects',
  {
    resource: text('resource').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
    uid: text('uid').notNull(),
    revision: revision('revision'),
    createdAt: time('created_at').defaultNow(),
    labels: record('labels').notNull(),
    fields: record('fields').notNull(),
    ownerUids: text('owner_uids').array().notNull(),
    controllerUid: text('controller_uid').notNull(),
    body: text('body').notNull(),
  },
  ({ resource, namespace, name }) => [primaryKey({ columns: [resource, namespace, name] })],
);

export const revisions = pgTable('revisions', {
  singleton: boolean('singleton').primaryKey().default(true),
  current: revision('current'),
  compacted: revision('compacted'),
});

export const changeLog = pgTable('change_log', {
  revision: bigint('revision', { mode: 'number' }).primaryKey(),
  at: time('at').defaultNow(),
  type: text('type').notNull(),
  resource: text('resource').notNull(),
  namespace: text('namespace').notNull(),
  name: text('name').notNull(),
  uid: text('uid').notNull(),
  labels: record('labels'),
  fields: record('fields'),
  previousLabels: record('previous_labels'),
  previousFields: record('previous_fields'),
  body: text('body'),
  previousRevision: bigint('previous_revision', { mode: 'number' }),
  previousBody: text('previous_body'),
});

export const nodeLeases = pgTable('node_leases', {
  nodeName: text('node_name').primaryKey(),
  shard: text('shard'),
  suspended: boolean('suspended').notNull().default(false),
  renewTime: time('renew_time'),
  revision: revision('revision').default(0),
  writtenTime: text('written_time').notNull(),
});

export const claims = pgTable(
  'claims',
  {
    resource: text('resource').notNull(),
    claim: text('claim').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
  },
  ({ resource, claim }) => [primaryKey({ columns: [resource, claim] })],
);

export const due = pgTable(
  'due',
  {
    shard: text('shard').notNull(),
    key: text('key').notNull(),
    at: time('at'),
    attempt: integer('attempt').notNull().default(0),
    version: revision('version').default(1),
    note: text('note'),
  },
  ({ shard, key }) => [primaryKey({ columns: [shard, key] })],
);

export const shardOwners = pgTable('shard_owners', {
  shard: text('shard').primaryKey(),
  holder: text('holder').notNull(),
  epoch: revision('epoch'),
  expiresAt: time('expires_at'),
});

export const runtimeStates = pgTable(
  'runtime_states',
  {
    runtime: text('runtime').notNull(),
    uid: text('uid').notNull(),
    nodeName: text('node_name').notNull(),
    state: text('state').notNull(),
  },
  ({ runtime, uid }) => [primaryKey({ columns: [runtime, uid] })],
);

export const apiAuthorities = pgTable('api_authorities', {
  certificate: text('certificate').primaryKey(),
  seenAt: time('seen_at'),
});

export const apiAddresses = pgTable(
  'api_addresses',
  {
    address: text('address').notNull(),
    port: integer('port').notNull(),
    seenAt: time('seen_at'),
  },
  ({ address, port }) => [primaryKey({ columns: [address, port] })],
);

/** As `UserInfo` of auth/ has it. */
export interface StoredIdentity {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const tokens = pgTable('tokens', {
  digest: bytea('digest').primaryKey(),
  identity: jsonb('identity').$type<StoredIdentity>().notNull(),
});

export const settings = pgTable('settings', {
  singleton: boolean('singleton').primaryKey().default(true),
  shards: integer('shards').notNull(),
  fleetId: uuid('fleet_id').notNull().defaultRandom(),
  continueKey: bytea('continue_key').notNull().default(NEW_KEY),
  clientAuthority: text('client_authority'),
});
