/** The kubeconfig file as Flotilla writes and reads it: one cluster, one user with a token, one context. */
import { parse, stringify } from 'yaml';

/** What a client needs to reach the API. `ca` is PEM. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export function renderKubeconfig({ server, ca, token, context }: ClusterAccess & { readonly context: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      { name: context, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: context, user: { token } }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
  });
}

/** The access of a context, or of the current one. Throws, naming what is missing and quoting nothing, when there is none. */
export function readKubeconfig(text: string, contextName?: string): ClusterAccess {
  const config = parseMap(text);
  const context = named(config['contexts'], contextName ?? config['current-context'], 'context');
  const cluster = named(config['clusters'], context['cluster'], 'cluster');
  const user = named(config['users'], context['user'], 'user');
  return {
    server: requiredText(cluster['server'], 'cluster.server'),
    ca: Buffer.from(
      requiredText(cluster['certificate-authority-data'], 'cluster.certificate-authority-data'),
      'base64',
    ).toString('utf8'),
    token: requiredText(user['token'], 'user.token'),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseMap(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(text, { prettyErrors: false, logLevel: 'error' });
  } catch {
    throw new Error('not valid YAML');
  }
  if (!isRecord(value)) {
    throw new Error('not a kubeconfig');
  }
  return value;
}

function named(list: unknown, name: unknown, key: string): Record<string, unknown> {
  const entry = Array.isArray(list) ? list.find((item) => isRecord(item) && item['name'] === name) : undefined;
  const value: unknown = isRecord(entry) ? entry[key] : undefined;
  if (!isRecord(value)) {
    throw new Error(`no ${key} for the current context`);
  }
  return value;
}

function requiredText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new Error(`no ${name} for the current context`);
  }
  return value;
}
