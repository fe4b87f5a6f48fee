/** The command behind `scripts/check-history.mjs`: many runs, a line each, then a table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCertificates } from '../../src/api/tls/ensure-certificates.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { bundle } from './bundle.ts';
import { reportLine, reportTable } from './report.ts';
import { type RunReport, runSeed } from './run-seed.ts';
import { TestServer } from './test-server.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '1' }, from: { type: 'string', default: '1' } },
});
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.runs) : 1;

const folder = await mkdtemp(join(tmpdir(), 'flotilla-history-tls-'));
const program = await bundle(resolve(import.meta.dirname, '../..'), 'api-program');
const { ca } = await ensureCertificates({ folder, names: ['127.0.0.1'], clock: systemClock });
const server = await TestServer.start();
const reports: RunReport[] = [];
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping = true;
  });
}
try {
  for (let seed = first; seed < first + count && !stopping; seed += 1) {
    const report = await runSeed(seed, { server, program, tls: { folder, ca } }).catch((cause: unknown) => {
      throw new Error(`seed ${seed} could not be run`, { cause });
    });
    reports.push(report);
    console.log(reportLine(report));
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}
console.log(reportTable(reports));
process.exitCode = reports.some(({ violations }) => violations.length > 0) ? 1 : 0;
