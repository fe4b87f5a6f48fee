/** Records a watch as a client sees it: lists, watches from there, and resumes when the server ends the stream. */
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import type { Access } from './flotilla.ts';

export interface WatchedObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}
export interface WatchEvent<T extends WatchedObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

export interface WatchRecorder<T extends WatchedObject> {
  readonly events: readonly WatchEvent<T>[];
  /** Streams so far; 1: never interrupted. */
  streams(): number;
  stop(): Promise<void>;
}

/** `path` is a collection's. What the list holds counts as ADDED. */
export async function recordWatch<T extends WatchedObject>(access: Access, path: string): Promise<WatchRecorder<T>> {
  const { server, ca, token } = access;
  const dispatcher = new Agent({ connect: { ca }, bodyTimeout: 0 });
  const stopping = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const events: WatchEvent<T>[] = [];
  let streams = 0;
  const listed = await request(`${server}${path}`, { dispatcher, headers });
  const list = (await listed.body.json()) as { metadata: { resourceVersion: string }; items: T[] };
  events.push(...list.items.map((object) => ({ type: 'ADDED' as const, object })));
  let from = list.metadata.resourceVersion;

  const follow = async (): Promise<void> => {
    streams += 1;
    const url = `${server}${path}?watch=true&resourceVersion=${from}`;
    const { statusCode, body } = await request(url, { dispatcher, headers, signal: stopping.signal });
    if (statusCode !== 200) {
      throw new Error(`watch answered ${statusCode}: ${await body.text()}`);
    }
    for await (const line of createInterface({ input: body })) {
      const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: object };
      if (event.type === 'ERROR') {
        throw new Error(`watch of ${path} failed: ${line}`);
      }
      events.push(event);
      from = event.object.metadata.resourceVersion;
    }
  };
  const followed = (async () => {
    while (!stopping.signal.aborted) {
      await follow();
    }
  })().catch((error: unknown) => (stopping.signal.aborted ? undefined : error));
  return {
    events,
    streams: () => streams,
    async stop() {
      stopping.abort();
      const failure = await followed;
      await dispatcher.destroy();
      if (failure !== undefined) {
        throw failure;
      }
    },
  };
}
