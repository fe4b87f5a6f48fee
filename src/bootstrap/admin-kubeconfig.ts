/**
 * The administrator's way in: a token that only `<home>/kubeconfig` (mode 0600) holds; the database knows its digest.
 * A kubeconfig that still works is kept, so that a restart changes nothing for those who use it.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authenticator, UserInfo } from '../auth/identity.ts';
import { newToken } from '../auth/token-digest.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { readKubeconfig, renderKubeconfig } from '../config/kubeconfig.ts';
import { StartupError } from '../errors.ts';

const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

export interface AdminKubeconfigOptions {
  readonly home: string;
  readonly server: string;
  readonly ca: string;
  readonly tokens: TokenStore;
  readonly authenticator: Authenticator;
}

/** Returns the file's path. Throws StartupError when it cannot be written. */
export async function ensureAdminKubeconfig(options: AdminKubeconfigOptions): Promise<string> {
  const { home, server, ca, tokens, authenticator } = options;
  const path = join(home, 'kubeconfig');
  const existing = await readExisting(path);
  const isKnown = existing !== undefined && (await authenticator.authenticate(existing.token)) !== undefined;
  if (isKnown && existing.server === server && existing.ca.trim() === ca.trim()) {
    return path;
  }
  const token = isKnown ? existing.token : await issueToken(tokens);
  await replaceFile(path, renderKubeconfig({ server, ca, token, context: 'flotilla' }));
  return path;
}

async function issueToken(tokens: TokenStore): Promise<string> {
  const { token, digest } = newToken();
  await tokens.put(digest, ADMIN);
  return token;
}

/** undefined: none, or one that no longer can be read; it is then written anew. */
async function readExisting(path: string): Promise<ReturnType<typeof readKubeconfig> | undefined> {
  try {
    return readKubeconfig(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    throw new StartupError(`${path} cannot be written: make its folder writable or set FLOTILLA_HOME to another`, {
      cause: error,
    });
  }
}
