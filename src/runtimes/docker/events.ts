/** The engine's event stream, as "look at this pod"; opened again when it breaks, and then every pod is told of. */
import type { Readable } from 'node:stream';
import type { Logger } from '../../logger.ts';
import { unlessAborted } from '../../timing/unless-aborted.ts';
import type { DockerHost } from './host.ts';
import { NODE, POD_NAME, POD_NAMESPACE, POD_UID } from './labels.ts';

const RETRY_MS = 1_000;
const ACTIONS = ['start', 'die', 'oom', 'destroy'];

interface EngineEvent {
  Actor?: { Attributes?: Record<string, string> };
}

export async function watchEngine(host: DockerHost, logger: Logger, signal: AbortSignal): Promise<void> {
  let isFirst = true;
  while (!signal.aborted) {
    try {
      const filters = JSON.stringify({ type: ['container'], event: ACTIONS, label: [NODE] });
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
          tellOf(host, line);
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

function tellOf(host: DockerHost, line: string): void {
  if (line.trim() === '') {
    return;
  }
  const { Actor: { Attributes: labels = {} } = {} } = JSON.parse(line) as EngineEvent;
  const [uid = '', namespace = '', name = '', nodeName = ''] = [POD_UID, POD_NAMESPACE, POD_NAME, NODE].map(
    (key) => labels[key],
  );
  host.tell({ uid, namespace, name, nodeName });
}

async function tellAll(host: DockerHost): Promise<void> {
  for (const parts of (await host.reader.all()).values()) {
    host.tell(await host.reader.describe(parts));
  }
}
