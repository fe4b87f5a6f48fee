import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedClone } from '../../support/embedded-clone.ts';
import { postmasterPid, processesIn, query } from '../../support/postmaster.ts';
import { until } from '../../support/until.ts';

describe('after a kill -9', () => {
  let clone: EmbeddedClone;
  let home: string;
  let dataFolder: string;
  beforeAll(async () => {
    clone = await EmbeddedClone.create();
  });
  afterAll(() => clone.remove());
  beforeEach(async () => {
    home = await clone.newFolder(randomUUID());
    dataFolder = join(home, 'postgres');
  });

  const startWithTable = async (): Promise<ReturnType<EmbeddedClone['run']>> => {
    const program = clone.run({ home });
    await query(await program.url(), 'create table kept (n int); insert into kept values (42)');
    return program;
  };
  const expectData = async (): Promise<ReturnType<EmbeddedClone['run']>> => {
    const program = clone.run({ home });
    expect(await query(await program.url(), 'select n from kept')).toEqual([{ n: 42 }]);
    return program;
  };

  it('of Flotilla: the server it left is stopped, the next one has the data', async () => {
    await (await startWithTable()).kill();
    const orphan = await postmasterPid(dataFolder);
    expect(await processesIn(dataFolder)).toContain(orphan);
    const next = await expectData();
    expect(await processesIn(dataFolder)).not.toContain(orphan);
    expect(next.log).toContain('stopping the PostgreSQL that an earlier Flotilla left running');
    await next.stop();
  });

  it('is not needed: a Flotilla that exits, for whatever reason, takes its server along', async () => {
    const program = await startWithTable();
    await program.exit();
    const isGone = async (): Promise<boolean> => (await processesIn(dataFolder)).length === 0;
    await until(isGone, () => 'the server goes on');
    await (await expectData()).stop();
  });

  it('of Postgres: Flotilla says so and ends, the next start recovers what was committed', async () => {
    const program = await startWithTable();
    process.kill(await postmasterPid(dataFolder), 'SIGKILL');
    const { text } = await program.until('crashed');
    expect(text).toBe(`PostgreSQL ended unexpectedly (signal SIGKILL): start Flotilla again; see ${home}/postgres.log`);
    await program.until('stopped');
    await (await expectData()).stop();
  });

  it('of both, at once: the next start waits for the children of the dead server', async () => {
    const program = await startWithTable();
    const pid = await postmasterPid(dataFolder);
    // A child that is busy notices late that its server is dead.
    const busy = query(await program.url(), 'select count(*) from generate_series(1, 30000000)').catch(() => undefined);
    await program.kill();
    process.kill(pid, 'SIGKILL');
    await (await expectData()).stop();
    await busy;
  });

  it('in the midst of initdb: the half-made folder is removed', async () => {
    for (const delay of [0, 200, 600]) {
      const program = clone.run({ home });
      await program.until('step');
      await new Promise((resolve) => setTimeout(resolve, delay));
      await program.kill();
    }
    const program = clone.run({ home });
    await program.until('ready');
    expect((await readdir(home)).filter((name) => name.startsWith('postgres.'))).toEqual(['postgres.log']);
    await program.stop();
  });

  it('a half-made data folder of somebody else is moved aside', async () => {
    await mkdir(join(dataFolder, 'base'), { recursive: true });
    await writeFile(join(dataFolder, 'PG_VERSION'), '18\n');
    const program = clone.run({ home });
    await program.until('ready');
    expect(program.log).toContain('moved aside');
    const aside = (await readdir(home)).find((name) => name.startsWith('postgres.half-made-')) ?? '';
    expect(await readdir(join(home, aside))).toEqual(['PG_VERSION', 'base']);
    await program.stop();
  });

  it('with a stale postmaster.pid: it is seen through, and a bystander is left alone', async () => {
    await (await startWithTable()).stop();
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => bystander.once('exit', resolve));
    const stale = {
      'its number is dead': `999999\n${dataFolder}\n1\n5432\n`,
      'its number is a bystander now': `${bystander.pid}\n${dataFolder}\n1\n5432\n`,
      'its number is ours': `${process.pid}\n${dataFolder}\n1\n5432\n`,
      'it is empty': '',
      'it is rubbish': '\0\0\0\0',
    };
    for (const [what, content] of Object.entries(stale)) {
      await writeFile(join(dataFolder, 'postmaster.pid'), content);
      const program = clone.run({ home });
      expect(await query(await program.url(), 'select n from kept'), what).toEqual([{ n: 42 }]);
      await program.stop();
    }
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
    await ended;
  });
});
