/** The engine's event stream, as "look at this pod"; opened again when it breaks, and then every pod is told of. */
import type { Readable } from 'node:stream';
import type { Logger } from '../../logger.ts';
import { unlessAborted } from '../../timing/unless-aborted.ts';
import type { DockerHost } from './host.ts';
import { NODE, POD_NAME, POD_NAMESPACE, POD_UID } from './labels.ts';
import { isUp } from './pod-reader.ts';

const RETRY_MS = 1_000;
/** The last two as a Podman is asked for them, which tells them by the others' names. */
const ACTIONS = ['start', 'die', 'oom', 'destroy', 'died', 'remove'];

/** The engine tells of an end before its list shows it: until that does, at most so often. */
const LIST_LOOKS = 20;
const LOOK_MS = 100;

interface EngineEvent {
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

export async function watchEngine(host: DockerHost, logger: Logger, signal: AbortSignal): Promise<void> {
  let isFirst = true;
  while (!signal.aborted) {
    try {
      // Without our label: a Podman wants to know its value.
      const filters = JSON.stringify({ type: ['container'], event: ACTIONS });
      // Its answer begins with the first event: that may take for ever.
      const stream = (await unlessAborted(host.docker.getEvents({ filters }), signal)) as unknown as Readable;
      signal.addEventListener('abort', () => stream.destroy(), { once: true });
      if (!isFirst) {
        await tellAll(host);
      }
      isFirst = false;
      let rest = '';
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          tellOf(host, line, signal).catch((err: unknown) => logger.debug({ err }, 'an event of the Docker engine'));
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        logger.debug({ err: error }, 'event stream of the Docker engine failed');
      }
    }
    await host.clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
}

async function tellOf(host: DockerHost, line: string, signal: AbortSignal): Promise<void> {
  if (line.trim() === '') {
    return;
  }
  const { Action, Actor: { ID = '', Attributes: labels = {} } = {} } = JSON.parse(line) as EngineEvent;
  if (labels[NODE] === undefined) {
    // Somebody else's.
    return;
  }
  const [uid = '', namespace = '', name = '', nodeName = ''] = [POD_UID, POD_NAMESPACE, POD_NAME, NODE].map(
    (key) => labels[key],
  );
  if (Action === 'die') {
    await untilListed(host, uid, ID, signal);
  }
  host.tell({ uid, namespace, name, nodeName });
}

async function untilListed(host: DockerHost, uid: string, id: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < LIST_LOOKS && !signal.aborted; look += 1) {
    const parts = await host.reader.parts(uid);
    if (![...(parts?.containers ?? []), ...(parts?.pauses ?? [])].some((one) => one.Id === id && isUp(one))) {
      return;
    }
    await host.clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

async function tellAll(host: DockerHost): Promise<void> {
  for (const parts of (await host.reader.all()).values()) {
    host.tell(await host.reader.describe(parts));
  }
}
