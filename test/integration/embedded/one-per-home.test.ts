import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedClone } from '../../support/embedded-clone.ts';
import { freePort } from '../../support/free-port.ts';

describe('homes and ports that are taken', () => {
  let clone: EmbeddedClone;
  beforeAll(async () => {
    clone = await EmbeddedClone.create();
  });
  afterAll(() => clone.remove());

  it('a second Flotilla on a home is refused with the pid of the first', async () => {
    const first = clone.run();
    await first.until('ready');
    const { name, text } = await clone.run().until('failed');
    expect(name).toBe('StartupError');
    expect(text).toBe(`Another Flotilla (pid ${first.pid}) uses ${clone.home}: stop it or set FLOTILLA_HOME`);
    await first.kill();
    const third = clone.run();
    await third.until('ready');
    await third.stop();
  });

  it('of many that start together on the home of a dead one, one gets it', async () => {
    const dead = clone.run();
    await dead.until('ready');
    await dead.kill();
    const starts = Array.from({ length: 5 }, () => clone.run());
    const outcomes = await Promise.all(
      starts.map((program) =>
        program.until('ready').then(
          () => 'ready',
          () => program.log,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'ready').length).toBe(1);
    expect(outcomes.filter((outcome) => outcome.startsWith('Another Flotilla (pid ')).length).toBe(4);
    await Promise.all(starts.map((program) => program.end()));
  });

  it('a lock is stale when its pid belongs to another process now, or when it was cut', async () => {
    const locks = (await readdir(clone.home)).filter((name) => name.startsWith('flotilla.lock.'));
    const highest = Math.max(...locks.map((name) => Number(name.split('.').at(-1))));
    for (const content of [`${process.pid} earlier-boot:1\n`, '', '12']) {
      await writeFile(join(clone.home, `flotilla.lock.${highest + 1_000}`), content);
      const program = clone.run();
      await program.until('ready');
      await program.stop();
    }
  });

  it('a configured port is used, also when an orphan has it; a busy one is named', async () => {
    const port = await freePort();
    const orphaned = clone.run({ port });
    expect(new URL(await orphaned.url()).port).toBe(String(port));
    await orphaned.kill();
    const next = clone.run({ port });
    expect(new URL(await next.url()).port).toBe(String(port));
    await next.stop();

    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const { name, text } = await clone.run({ port }).until('failed');
    holder.close();
    expect(name).toBe('StartupError');
    expect(text).toContain(`Port ${port} on 127.0.0.1 is in use`);
  });
});
