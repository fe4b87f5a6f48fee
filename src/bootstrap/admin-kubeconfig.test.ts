import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserInfo } from '../auth/identity.ts';
import { createTokenAuthenticator } from '../auth/token-authenticator.ts';
import { readKubeconfig } from '../config/kubeconfig.ts';
import { StartupError } from '../errors.ts';
import { ensureAdminKubeconfig } from './admin-kubeconfig.ts';

describe('the administrator’s kubeconfig', () => {
  let home: string;
  let rows: { digest: Uint8Array; user: UserInfo }[];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'flotilla-kubeconfig-'));
    rows = [];
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const tokens = {
    put: async (digest: Uint8Array, user: UserInfo): Promise<void> => void rows.push({ digest, user }),
    all: async () => [...rows],
  };
  const newAuthenticator = () => createTokenAuthenticator({ tokens });
  const ensure = (server = 'https://127.0.0.1:6443', folder = home) =>
    ensureAdminKubeconfig({ home: folder, server, ca: 'PEM\n', tokens, authenticator: newAuthenticator() });
  const read = async () => readKubeconfig(await readFile(join(home, 'kubeconfig'), 'utf8'));

  it('is private, and holds a token that works', async () => {
    const path = await ensure();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const user = await newAuthenticator().authenticate((await read()).token);
    expect(user?.groups).toContain('system:masters');
    expect(await read()).toMatchObject({ server: 'https://127.0.0.1:6443', ca: 'PEM\n' });
  });

  it('stays as it is at the next start, and keeps its token when the address changes', async () => {
    const before = await readFile(await ensure(), 'utf8');
    expect(await readFile(await ensure(), 'utf8')).toBe(before);
    const { token } = await read();
    await ensure('https://127.0.0.1:7443');
    expect(await read()).toMatchObject({ server: 'https://127.0.0.1:7443', token });
  });

  it('is one for all processes that start on an empty home at the same moment', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensure()));
    expect(await newAuthenticator().authenticate((await read()).token)).toBeDefined();
    expect(await readdir(home)).toEqual(['kubeconfig']);
    const { token } = await read();
    await Promise.all(Array.from({ length: 8 }, () => ensure()));
    expect((await read()).token).toBe(token);
  });

  it.each(['', 'not: a kubeconfig', '{{{'])('is written anew when it holds %j', async (text) => {
    await writeFile(join(home, 'kubeconfig'), text);
    await ensure();
    expect(await newAuthenticator().authenticate((await read()).token)).toBeDefined();
  });

  it('is written anew when its token is unknown to the database', async () => {
    await ensure();
    rows = [];
    await ensure();
    expect(await newAuthenticator().authenticate((await read()).token)).toBeDefined();
  });

  it('names the fix when it cannot be written', async () => {
    const failed = ensure(undefined, join(home, 'absent'));
    await expect(failed).rejects.toBeInstanceOf(StartupError);
    await expect(failed).rejects.toThrow('FLOTILLA_HOME');
  });
});
