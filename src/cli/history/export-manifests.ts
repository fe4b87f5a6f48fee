/** What people made, as manifests that `kubectl apply` takes: no status, nothing that the system makes by itself. */
import { stringify } from 'yaml';
import type { OutputFormat } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { TerminalStream } from '../terminal.ts';
import { currentRevision, type ListedKind, listedKinds, objectsAt, type PlainObject } from './past-objects.ts';

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: object;
  readonly annotations?: object;
  readonly ownerReferences?: readonly { readonly controller?: boolean }[];
}

/** Made and kept by controllers. */
const DERIVED = new Set([
  'endpoints',
  'endpointslices',
  'controllerrevisions',
  'csinodes',
  'certificatesigningrequests',
]);
const OF_EVERY_CLUSTER: Readonly<Record<string, (metadata: Metadata) => boolean>> = {
  namespaces: ({ name }) => name === 'default' || name.startsWith('kube-'),
  configmaps: ({ name }) => name === 'kube-root-ca.crt',
  serviceaccounts: ({ name }) => name === 'default',
  services: ({ name, namespace }) => namespace === 'default' && name === 'kubernetes',
  priorityclasses: ({ name }) => name.startsWith('system-'),
  clusterroles: ({ name }) => name.startsWith('system:'),
  clusterrolebindings: ({ name }) => name.startsWith('system:'),
};

/** Its token is of this cluster's key and account, and another cluster deletes it for that. */
const isAccountToken = (plural: string, { type }: PlainObject): boolean =>
  plural === 'secrets' && type === 'kubernetes.io/service-account-token';

function isOfPeople({ plural }: ListedKind, object: PlainObject): boolean {
  const metadata = object.metadata as Metadata;
  const isOwned = metadata.ownerReferences?.some(({ controller }) => controller === true) === true;
  const isSystem = metadata.namespace?.startsWith('kube-') === true || OF_EVERY_CLUSTER[plural]?.(metadata) === true;
  return !isOwned && !isSystem && !isAccountToken(plural, object);
}

function manifestOf({ apiVersion, kind }: ListedKind, object: PlainObject): object {
  const { metadata, status: _, apiVersion: __, kind: ___, ...rest } = object;
  const { name, namespace, labels, annotations } = metadata as Metadata;
  const kept = Object.entries({ name, namespace, labels, annotations }).filter(([, value]) => value !== undefined);
  return { apiVersion, kind, metadata: Object.fromEntries(kept), ...rest };
}

const FORMS: Readonly<Record<OutputFormat, (manifest: object) => string>> = {
  table: (manifest) => `---\n${stringify(manifest)}`,
  yaml: (manifest) => `---\n${stringify(manifest)}`,
  json: (manifest) => `${JSON.stringify(manifest)}\n`,
};

/** All of one revision. As JSON one after another, which kubectl takes as it takes documents of YAML. */
export async function exportManifests(client: RestClient, output: OutputFormat, stdout: TerminalStream): Promise<void> {
  const kinds = await listedKinds(client);
  const revision = await currentRevision(client);
  for (const kind of kinds.filter(({ plural }) => !DERIVED.has(plural))) {
    for await (const object of objectsAt(client, kind, revision)) {
      if (isOfPeople(kind, object)) {
        stdout.write(FORMS[output](manifestOf(kind, object)));
      }
    }
  }
}
