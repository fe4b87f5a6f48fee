/** A Postgres of the test file's own, which it may kill, and the certificate of its replicas. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ensureCertificates } from '../../../src/api/tls/ensure-certificates.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import type { RunWorld } from '../../history/run-seed.ts';
import { TestServer } from '../../history/test-server.ts';

export function useTestServer(): () => Omit<RunWorld, 'program'> {
  let world: Omit<RunWorld, 'program'> | undefined;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-history-tls-'));
    const { ca } = await ensureCertificates({ folder, names: ['127.0.0.1'], clock: systemClock });
    world = { server: await TestServer.start(), tls: { folder, ca } };
  });
  afterAll(async () => {
    await world?.server.stop();
    await rm(folder, { recursive: true });
  });
  return () => {
    if (world === undefined) {
      throw new Error('asked for before it was started');
    }
    return world;
  };
}
