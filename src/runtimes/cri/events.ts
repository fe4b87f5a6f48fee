/**
 * What changed, told to the kubelet: our own operations at once, the runtime's event stream where it has one, and a list
 * every second (as the kubelet's generic PLEG) where it has none, or every minute beside the stream: CRI-O sends no
 * events for sandboxes, and a stream may lose some.
 */
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { RuntimeError } from '../runtime.ts';
import type { CriHost } from './host.ts';
import { POD_UID } from './labels.ts';
import type { PodParts } from './pod-reader.ts';

const RELIST_MS = 1_000;
const RELIST_BESIDE_STREAM_MS = 60_000;
const RETRY_MS = 2_000;

const digest = ({ sandboxes, containers }: PodParts): string =>
  [...sandboxes, ...containers].map(({ id, state }) => `${id} ${state}`).join();

export async function watchRuntime(host: CriHost, clock: Clock, logger: Logger, signal: AbortSignal): Promise<void> {
  const stream = { isOpen: false };
  await Promise.all([followStream(host, stream, clock, logger, signal), relist(host, stream, clock, logger, signal)]);
}

async function relist(
  { reader, tellOf }: CriHost,
  stream: { readonly isOpen: boolean },
  clock: Clock,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let before: ReadonlyMap<string, { parts: PodParts; digest: string }> | undefined;
  let failed = false;
  while (!signal.aborted) {
    try {
      const now = new Map([...(await reader.all())].map(([uid, parts]) => [uid, { parts, digest: digest(parts) }]));
      for (const [uid, one] of new Map([...(before ?? []), ...now])) {
        if (before !== undefined && before.get(uid)?.digest !== now.get(uid)?.digest) {
          tellOf(one.parts);
        }
      }
      // A runtime that comes back may have changed everything.
      for (const { parts } of failed ? now.values() : []) {
        tellOf(parts);
      }
      before = now;
      failed = false;
    } catch (error) {
      if (!failed) {
        logger.warn({ err: error }, 'cannot list the pods of the runtime');
      }
      failed = true;
    }
    await clock.sleep(stream.isOpen ? RELIST_BESIDE_STREAM_MS : RELIST_MS, signal).catch(() => undefined);
  }
}

async function followStream(
  { client, reader, tellOf }: CriHost,
  stream: { isOpen: boolean },
  clock: Clock,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { pod_sandbox_status: sandbox } of client.events(signal)) {
        // Only now is it known that the runtime has a stream.
        stream.isOpen = true;
        const parts = await reader.parts(sandbox?.labels[POD_UID] ?? '');
        if (parts !== undefined) {
          tellOf(parts);
        }
      }
    } catch (error) {
      stream.isOpen = false;
      if (signal.aborted || (error instanceof RuntimeError && error.code === 'Unsupported')) {
        return;
      }
      logger.debug({ err: error }, 'event stream of the runtime failed');
    }
    stream.isOpen = false;
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
}
