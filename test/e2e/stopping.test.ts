/** However an operator ends it, the program stops cleanly and its PostgreSQL goes with it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../support/fleet.ts';
import type { FlotillaProcess } from '../support/flotilla.ts';

/** `npm start` without the build that goes before it: other files run what it would write anew. */
const NPM_START = ['npm', 'start', '--ignore-scripts', '--'] as const;

async function newFlotilla(options: Parameters<typeof createFleet>[0] = {}): Promise<FlotillaProcess> {
  const fleet = await createFleet({ ...options, args: ['--empty'] });
  onTestFinished(() => fleet.close());
  return fleet.flotilla;
}

/** A server removes its file when it has shut down; one that was abandoned or still runs leaves it. */
async function hasServer({ home }: FlotillaProcess): Promise<boolean> {
  return access(join(home, 'postgres', 'postmaster.pid')).then(
    () => true,
    () => false,
  );
}

describe.skipIf(missing !== undefined)(modeTitle('flotilla stops'), () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('when npm start gets %s, with npm', async (signal) => {
    const flotilla = await (await newFlotilla({ command: NPM_START })).start();
    expect(await flotilla.kill(signal)).toBe(0);
    expect(flotilla.output).toContain(`${signal}: stopping`);
    expect(flotilla.output, "Node's own remarks, of leaks and the like").not.toContain('Warning');
    expect(await hasServer(flotilla)).toBe(false);
  });

  it.each(['SIGHUP', 'SIGKILL'] as const)('when npm start is ended by %s and hands nothing on', async (signal) => {
    const flotilla = await (await newFlotilla({ command: NPM_START })).start();
    // The pipes stay open until the program itself has ended.
    await flotilla.kill(signal);
    expect(flotilla.output).toContain('npm is gone: stopping');
    expect(await hasServer(flotilla)).toBe(false);
  });

  it('when it is told to after its output was closed, and not before', async () => {
    const flotilla = await (await newFlotilla({ env: { FLOTILLA_LOG_LEVEL: 'debug' } })).start();
    flotilla.stopReading();
    const write = (name: string) =>
      flotilla.request('/api/v1/namespaces', {
        method: 'POST',
        body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
        headers: { 'content-type': 'application/json' },
      });
    // Whatever it logs on the way meets the closed pipe.
    for (const name of ['one', 'two', 'three']) {
      expect((await write(name)).status).toBe(201);
    }
    expect(flotilla.isRunning).toBe(true);
    expect(await flotilla.kill('SIGTERM')).toBe(0);
    expect(await hasServer(flotilla)).toBe(false);
  });

  it.each(['PostgreSQL', 'Schema', 'Queue', 'API'])('during its start, after the step %s', async (step) => {
    const flotilla = await newFlotilla();
    flotilla.spawn();
    await flotilla.ready(`✔ ${step}`);
    expect(await flotilla.kill('SIGINT')).toBe(0);
    expect(flotilla.output).not.toContain('unexpected failure');
    expect(await hasServer(flotilla)).toBe(false);
    await flotilla.start();
  });
});
