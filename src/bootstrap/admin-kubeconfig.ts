/**
 * The administrator's way in: a token that only `<home>/kubeconfig` (mode 0600) holds; the database knows its digest.
 * A kubeconfig that still works is kept, so that a restart changes nothing for those who use it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomically, writeFileAtomically } from '../atomic-file.ts';
import type { Authenticator, UserInfo } from '../auth/identity.ts';
import { newToken } from '../auth/token-digest.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { type ClusterAccess, readKubeconfig, renderKubeconfig } from '../config/kubeconfig.ts';
import { errorCode, StartupError } from '../errors.ts';

const MODE = 0o600;
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
  const path = join(options.home, 'kubeconfig');
  try {
    await ensureFile(path, options);
    return path;
  } catch (error) {
    throw errorCode(error) === undefined
      ? error
      : new StartupError(`${path} cannot be written: make its folder writable or set FLOTILLA_HOME to another`, {
          cause: error,
        });
  }
}

/** Several API processes may share a home: whoever creates the file first gives the token, the others keep it. */
async function ensureFile(path: string, options: AdminKubeconfigOptions): Promise<void> {
  const { server, ca, tokens, authenticator } = options;
  const existing = await readExisting(path);
  const { access } = existing;
  const isKnown = access !== undefined && (await authenticator.authenticate(access.token)) !== undefined;
  if (isKnown && access.server === server && access.ca.trim() === ca.trim()) {
    return;
  }
  const token = isKnown ? access.token : await issueToken(tokens);
  const text = renderKubeconfig({ server, ca, token, context: 'flotilla' });
  if (existing.present) {
    await writeFileAtomically(path, text, MODE);
  } else if (!(await createFileAtomically(path, text, MODE))) {
    await ensureFile(path, options);
  }
}

async function issueToken(tokens: TokenStore): Promise<string> {
  const { token, digest } = newToken();
  await tokens.put(digest, ADMIN);
  return token;
}

/** Without `access`: none, or one that no longer can be read; it is then written anew. */
async function readExisting(path: string): Promise<{ present: boolean; access?: ClusterAccess }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { present: errorCode(error) !== 'ENOENT' };
  }
  try {
    return { present: true, access: readKubeconfig(text) };
  } catch {
    return { present: true };
  }
}
