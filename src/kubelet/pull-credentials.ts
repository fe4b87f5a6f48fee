/** What a pod's imagePullSecrets have for the registry of an image. Source: pkg/credentialprovider (keyring.go, secrets.go). */
import type { PullCredential } from '../runtimes/runtime.ts';
import type { ReadConfig } from './container-env.ts';
import type { Pod } from './pod.ts';
import type { Emit } from './pod-events.ts';

interface Entry {
  username?: string;
  password?: string;
  auth?: string;
  identitytoken?: string;
}
type Entries = Record<string, Entry>;

const DOCKER_HUB = 'docker.io';

/** Of `host[:port]/path…`; a name without a dot, a port or `localhost` is a folder of Docker's own. */
export function registryOf(image: string): { readonly host: string; readonly path: string } {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost
    ? { host: first, path: `${first}/${rest.join('/')}` }
    : { host: DOCKER_HUB, path: `${DOCKER_HUB}/${image}` };
}

/** `https://host/v1/` and `host/path` alike: without scheme, version and slash. `*` stands for a part of a host name. */
function matches(key: string, { host, path }: ReturnType<typeof registryOf>): boolean {
  const plain = key
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '');
  const name = plain === 'index.docker.io' ? DOCKER_HUB : plain;
  const [keyHost = '', ...keyPath] = name.split('/');
  const pattern = keyHost
    .split('.')
    .map((part) => part.split('*').map(escapeText).join('[^.]*'))
    .join('\\.');
  return (
    new RegExp(`^${pattern}$`).test(host) && (keyPath.length === 0 || path.startsWith(`${host}/${keyPath.join('/')}`))
  );
}
const escapeText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function credentialOf(registry: string, { username, password, auth, identitytoken }: Entry): PullCredential {
  const [user, ...rest] = auth === undefined ? [] : Buffer.from(auth, 'base64').toString().split(':');
  const [name, word] = [username ?? user, password ?? (auth === undefined ? undefined : rest.join(':'))];
  return {
    registry,
    ...(name === undefined ? {} : { username: name }),
    ...(word === undefined ? {} : { password: word }),
    ...(identitytoken === undefined ? {} : { identityToken: identitytoken }),
  };
}

/** Of `.dockerconfigjson` and `.dockercfg`; what cannot be read has none. */
function entriesOf(data: Readonly<Record<string, string>>): Entries {
  const read = (key: string): unknown => {
    try {
      return JSON.parse(Buffer.from(data[key] ?? '', 'base64').toString());
    } catch {
      return undefined;
    }
  };
  const auths = (read('.dockerconfigjson') as { auths?: Entries } | undefined)?.auths ?? read('.dockercfg');
  return typeof auths === 'object' && auths !== null ? (auths as Entries) : {};
}

/** Those of the longest name first. */
export async function pullCredentials(
  { spec }: Pod,
  image: string,
  readConfig: ReadConfig,
  emit: Emit,
): Promise<PullCredential[]> {
  const where = registryOf(image);
  const found: [string, PullCredential][] = [];
  const missing: string[] = [];
  for (const { name = '' } of spec.imagePullSecrets ?? []) {
    const secret = (await readConfig('secrets', name)) as { data?: Record<string, string> } | undefined;
    if (secret === undefined) {
      missing.push(name);
    }
    for (const [key, entry] of Object.entries(entriesOf(secret?.data ?? {}))) {
      if (typeof entry === 'object' && entry !== null && matches(key, where)) {
        found.push([key, credentialOf(where.host, entry)]);
      }
    }
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    emit('Warning', 'FailedToRetrieveImagePullSecret', message);
  }
  return found.sort(([a], [b]) => b.length - a.length).map(([, credential]) => credential);
}
