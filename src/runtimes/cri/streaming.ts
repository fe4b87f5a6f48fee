/** Logs from the files that the runtime writes; exec, attach and port-forward over the streaming URLs that it hands out. */
import { join } from 'node:path';
import { readLog } from '../cri-log/read-log.ts';
import { RuntimeError, type Streaming } from '../runtime.ts';
import { forwardPort, runRemote } from '../streaming/remote-command.ts';
import { logPath } from './container-config.ts';
import { attemptsOf, runningContainer } from './containers.ts';
import type { CriHost } from './host.ts';
import type { CriContainer } from './messages.ts';
import { readySandbox } from './sandboxes.ts';

const ASK = { deadlineMs: 10_000 };

export function criStreaming(host: CriHost): Streaming {
  const { client, reader, folders, clock } = host;
  const running = async (uid: string, name: string): Promise<CriContainer> => {
    const container = runningContainer(await reader.parts(uid), name);
    if (container === undefined) {
      throw new RuntimeError('NotFound', `container "${name}" is not running`);
    }
    return container;
  };
  return {
    async *logs(uid, name, options, signal) {
      const attempts = attemptsOf(await reader.parts(uid), name).filter(({ state }) => state !== 'CONTAINER_CREATED');
      const chosen = attempts.at(options.previous === true ? -2 : -1);
      if (chosen === undefined) {
        throw new RuntimeError(
          'NotFound',
          `${options.previous === true ? 'previous terminated ' : ''}container "${name}" not found`,
        );
      }
      const isOver = async (): Promise<boolean> => {
        const now = attemptsOf(await reader.parts(uid), name).find(({ id }) => id === chosen.id);
        return now === undefined || now.state === 'CONTAINER_EXITED';
      };
      const path = join(folders.logs(uid), logPath(name, chosen.metadata.attempt));
      yield* readLog({ path, isOver, clock }, options, signal);
    },
    async exec(uid, name, { command, tty }, streams, signal) {
      const { id } = await running(uid, name);
      const stdin = streams.stdin !== undefined;
      const asked = { container_id: id, cmd: command, tty, stdin, stdout: true, stderr: !tty };
      const { url } = await client.call('Exec', asked, ASK);
      return runRemote(url, { tty, stdin }, streams, signal);
    },
    async attach(uid, name, streams, signal) {
      const { id } = await running(uid, name);
      const tty = (await reader.isTty(id)) ?? false;
      const stdin = streams.stdin !== undefined;
      const { url } = await client.call('Attach', { container_id: id, tty, stdin, stdout: true, stderr: !tty }, ASK);
      await runRemote(url, { tty, stdin }, streams, signal);
    },
    async portForward(uid, port, connection, signal) {
      const sandbox = await readySandbox(host, await reader.parts(uid), uid);
      const { url } = await client.call('PortForward', { pod_sandbox_id: sandbox.id, port: [port] }, ASK);
      await forwardPort(url, port, connection, signal);
    },
  };
}
