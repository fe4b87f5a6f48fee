/** Faulty stores to put in the place of the real one, each with a bug that the checker must find. */
import type pg from 'pg';
import type {
  Change,
  ChangeBatch,
  ChangeFeed,
  ObjectStore,
  Write,
  WriteResult,
} from '../../src/storage/object-store.ts';

interface Store {
  readonly objects: ObjectStore;
  readonly feed: ChangeFeed;
}
export type Plant = (store: Store) => Store;
type ChangesOptions = Parameters<ChangeFeed['changes']>[0];

/** The same store with other ways of some of its methods. */
const override = <T extends object>(target: T, methods: Partial<T>): T =>
  new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const TYPES = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

/** Between the number and the commit, where another transaction may overtake. */
const OVERTAKE_SECONDS = 0.02;

async function commitWithSequence(pool: pg.Pool, write: Write): Promise<WriteResult> {
  const { op, resource, namespace, name, uid, body } = write;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const key = [resource, namespace, name];
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1 || '/' || $2 || '/' || $3))", key);
    const { rows } = await client.query<{ uid: string; revision: string }>(
      'SELECT uid, revision FROM objects WHERE resource = $1 AND namespace = $2 AND name = $3',
      key,
    );
    const [current] = rows;
    const isMet =
      write.op === 'create'
        ? current === undefined
        : current?.uid === write.expected.uid && Number(current.revision) === write.expected.revision;
    if (!isMet) {
      await client.query('ROLLBACK');
      return { ok: false, reason: op === 'create' ? 'exists' : current === undefined ? 'gone' : 'conflict' };
    }
    const drawn = await client.query<{ revision: string }>("SELECT nextval('planted_revisions') AS revision");
    const revision = Number(drawn.rows[0]?.revision);
    await client.query('SELECT pg_sleep(random() * $1)', [OVERTAKE_SECONDS]);
    await client.query('DELETE FROM objects WHERE resource = $1 AND namespace = $2 AND name = $3', key);
    const columns = [...key, uid, revision, JSON.stringify(write.labels), JSON.stringify(write.fields), body];
    if (op !== 'delete') {
      await client.query(
        `INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', '', $8)`,
        columns,
      );
    }
    await client.query(
      `INSERT INTO change_log (resource, namespace, name, uid, revision, labels, fields, body, type)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [...columns, TYPES[op]],
    );
    await client.query('UPDATE revisions SET current = greatest(current, $1)', [revision]);
    await client.query('COMMIT');
    return { ok: true, revision };
  } finally {
    client.release();
  }
}

/** Revisions from a sequence: their order is not that of the commits. */
export async function plantSequence(pool: pg.Pool): Promise<Plant> {
  await pool.query('CREATE SEQUENCE planted_revisions');
  await pool.query("SELECT setval('planted_revisions', current) FROM revisions");
  return ({ objects, feed }) => ({
    objects: override(objects, { commit: (write) => commitWithSequence(pool, write) }),
    feed,
  });
}

type Convert = (batch: ChangeBatch) => ChangeBatch;

const plantInFeed = ({ objects, feed }: Store, newConverter: () => Convert): Store => ({
  objects,
  feed: override(feed, {
    async *changes(options: ChangesOptions) {
      const convert = newConverter();
      for await (const batch of feed.changes(options)) {
        yield convert(batch);
      }
    },
  }),
});

const EVERY = 25;

/** Every reader misses one change in some. */
export const plantSkip: Plant = (store) =>
  plantInFeed(store, () => {
    let count = 0;
    return ({ revision, changes }) => {
      const kept = changes.filter(() => {
        count += 1;
        return count % EVERY !== 0;
      });
      return { revision, changes: kept };
    };
  });

/** Progress is told a batch before its changes. */
export const plantEarlyProgress: Plant = ({ objects, feed }) => {
  return {
    objects,
    feed: override(feed, {
      async *changes(options: ChangesOptions) {
        for await (const batch of feed.changes(options)) {
          yield { revision: batch.revision, changes: [] };
          await new Promise((resolve) => setTimeout(resolve, 150));
          yield batch;
        }
      },
    }),
  };
};

const COMMIT_LATER_MS = 20;

/** The readers of the process that writes are told before the commit, under the revision that it will probably have. */
export function plantEarlyPublish({ objects, feed }: Store): Store {
  const readers = new Set<(change: Change) => void>();
  const commit = async (write: Write): Promise<WriteResult> => {
    const revision = (await objects.currentRevision()) + 1;
    for (const tell of readers) {
      tell({ revision, type: TYPES[write.op], object: { ...write, revision } });
    }
    await new Promise((resolve) => setTimeout(resolve, COMMIT_LATER_MS));
    return objects.commit(write);
  };
  return {
    objects: override(objects, { commit }),
    feed: override(feed, {
      changes: (options: ChangesOptions) => mergeEarly(feed.changes(options), readers, options),
    }),
  };
}

/** What was told early is not told again. */
async function* mergeEarly(
  batches: AsyncIterable<ChangeBatch>,
  readers: Set<(change: Change) => void>,
  { resources }: ChangesOptions,
): AsyncGenerator<ChangeBatch> {
  const early: Change[] = [];
  let wake = (): void => undefined;
  const tell = (change: Change): void => {
    if (resources?.has(change.object.resource) !== false) {
      early.push(change);
      wake();
    }
  };
  readers.add(tell);
  let told = 0;
  const iterator = batches[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const woken = new Promise<undefined>((resolve) => {
        wake = () => resolve(undefined);
      });
      const result = early.length > 0 ? undefined : await Promise.race([next, woken]);
      if (result?.done) {
        return;
      }
      const changes = (result === undefined ? early.splice(0) : result.value.changes).filter((c) => c.revision > told);
      told = Math.max(told, result?.value.revision ?? 0, ...changes.map(({ revision }) => revision));
      next = result === undefined ? next : iterator.next();
      yield { revision: told, changes };
    }
  } finally {
    readers.delete(tell);
  }
}
