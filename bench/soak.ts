/**
 * `npm run soak [-- --minutes N]`: a whole Flotilla under writes, watches and reconnects, its memory printed every
 * minute. For leaks, not for speed: the load is steady and moderate.
 */
import { setMaxListeners } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FlotillaProcess } from '../test/support/flotilla.ts';
import { readConditions, renderConditions } from './conditions.ts';
import { type Target, toTarget } from './load/http-connection.ts';
import { startPostgres } from './servers/postgres.ts';
import { type MemorySample, sample } from './soak/sample.ts';
import { pause, Tally } from './soak/tally.ts';
import { judge } from './soak/verdict.ts';
import { neverRead, stream, watch } from './soak/watchers.ts';
import { readLists, scaleDeployment, writeObjects } from './soak/writers.ts';

const WRITERS = 6;
const HTTP_WATCHERS = 40;
const STREAMS = 40;
const SILENT = 5;
const SHOWN_FAILURES = 5;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, name: { type: 'string', default: 'local/soak' } },
});

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const startClients = (target: Target, tally: Tally, signal: AbortSignal): Promise<void>[] => [
  ...times(WRITERS, (i) => writeObjects(target, i, tally, signal)),
  ...times(HTTP_WATCHERS, (i) => watch(target, `/api/v1/${i % 2 === 0 ? 'pods' : 'configmaps'}`, i, tally, signal)),
  ...times(STREAMS, (i) => stream(target, 1_000 + i, tally, signal)),
  ...times(SILENT, (i) => neverRead(target, 2_000 + i, tally, signal)),
  scaleDeployment(target, tally, signal),
  readLists(target, tally, signal),
];

function renderMinute(minute: number, memory: MemorySample, tally: Tally): string {
  const counts = `${tally.writes} writes, ${tally.events} events, ${tally.lists} lists, ${tally.reconnects} reconnects`;
  const database = `database ${memory.databaseMB.toFixed(0)} MB, about ${memory.logEntries} log entries`;
  return `minute ${String(minute).padStart(2)}: RSS ${memory.rssMB.toFixed(0)} MB, ${memory.cpuSeconds.toFixed(0)} s of CPU; ${counts}, ${tally.refusals} refused, ${tally.failures.length} failed; ${database}`;
}

async function soak(server: FlotillaProcess, databaseUrl: string, stopping: AbortController) {
  const tally = new Tally();
  const clients = startClients(toTarget(await server.access()), tally, stopping.signal);
  const memories: MemorySample[] = [];
  for (let minute = 1; minute <= Number(values.minutes) && server.isRunning; minute += 1) {
    await pause(60_000, stopping.signal);
    if (stopping.signal.aborted) {
      break;
    }
    const memory = await sample(server.pid, databaseUrl);
    memories.push(memory);
    process.stdout.write(`${renderMinute(minute, memory, tally)}\n`);
  }
  stopping.abort();
  await Promise.all(clients);
  return { memories, tally };
}

const stopping = new AbortController();
// Every client waits for this signal.
setMaxListeners(0, stopping.signal);
process.on('SIGINT', () => stopping.abort());
process.on('SIGTERM', () => stopping.abort());

const folder = await mkdtemp(join(tmpdir(), 'flotilla-soak-'));
await chmod(folder, 0o711);
const postgres = await startPostgres(folder);
const databaseUrl = await postgres.createDatabase();
const server = await FlotillaProcess.create({ home: await mkdtemp(join(folder, 'server-')), databaseUrl });
try {
  const conditions = await readConditions(postgres.url, 1, false);
  process.stdout.write(`${renderConditions(conditions)}\n`);
  process.stdout.write(
    `${WRITERS} writers, a Deployment scaled up and down, ${HTTP_WATCHERS} watches over HTTP and ${STREAMS} streams that reconnect every 3 to 45 s, ${SILENT} streams that never read, lists\n\n`,
  );
  await server.start();
  const { memories, tally } = await soak(server, databaseUrl, stopping);
  const verdict = judge(memories.map(({ rssMB }) => rssMB));
  process.stdout.write(`\n${verdict.text}\n${tally.failures.slice(0, SHOWN_FAILURES).join('\n')}\n`);
  const file = resolve(import.meta.dirname, '../../bench/results', `${values.name}.json`);
  await mkdir(join(file, '..'), { recursive: true });
  const { writes, events, lists, reconnects, refusals, failures } = tally;
  const counts = { writes, events, lists, reconnects, refusals, failures: failures.length };
  await writeFile(file, `${JSON.stringify({ conditions, verdict: verdict.text, counts, memories }, undefined, 2)}\n`);
  process.exitCode = verdict.isFlat && failures.length === 0 && server.isRunning ? 0 : 1;
} finally {
  await server.kill('SIGTERM');
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
