/**
 * Tokens that kubelets may ask for: bound to a pod of their node, for an audience that the pod names. Source:
 * plugin/pkg/admission/noderestriction/admission.go, admitServiceAccount and validateNodeServiceAccountAudience, 1.34.
 */
import { forbidden, notFound } from '../../errors.ts';
import { decodeObject, type Registry } from '../../registry/registry.ts';
import { nodeNameOf } from '../../values/node-identity.ts';
import type { UserInfo } from '../identity.ts';

const DRIVERS = 'csidrivers.storage.k8s.io';

type Lookup = Pick<Registry, 'find'>;

interface AskedToken {
  readonly audiences?: readonly string[];
  readonly boundObjectRef?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}
interface Volume {
  readonly name?: string;
  readonly projected?: { readonly sources?: readonly { readonly serviceAccountToken?: { audience?: string } }[] };
  readonly csi?: { readonly driver?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly ephemeral?: object;
}
interface PodSpec {
  readonly nodeName?: string;
  readonly volumes?: readonly Volume[];
}
interface DriverSpec {
  readonly tokenRequests: readonly { readonly audience?: string }[];
}
interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly spec: PodSpec;
}

async function specOf<T extends object>(
  registry: Lookup,
  id: string,
  namespace: string,
  name: string | undefined,
): Promise<Partial<T>> {
  const stored = name === undefined ? undefined : await registry.find(id, namespace, name);
  return stored === undefined ? {} : ((decodeObject(stored).spec ?? {}) as Partial<T>);
}

/** Of an inline volume, or of the volume behind a claim. */
async function driverOf(registry: Lookup, { namespace, name }: Pod, volume: Volume): Promise<string | undefined> {
  const claim = volume.ephemeral === undefined ? volume.persistentVolumeClaim?.claimName : `${name}-${volume.name}`;
  if (claim === undefined) {
    return volume.csi?.driver;
  }
  const { volumeName } = await specOf<{ volumeName: string }>(registry, 'persistentvolumeclaims', namespace, claim);
  return (await specOf<Volume>(registry, 'persistentvolumes', '', volumeName)).csi?.driver;
}

async function names(registry: Lookup, pod: Pod, audience: string): Promise<boolean> {
  const drivers = new Set<string>();
  for (const volume of pod.spec.volumes ?? []) {
    const sources = volume.projected?.sources ?? [];
    if (sources.some(({ serviceAccountToken: token }) => token !== undefined && (token.audience ?? '') === audience)) {
      return true;
    }
    const driver = await driverOf(registry, pod, volume);
    if (driver !== undefined) {
      drivers.add(driver);
    }
  }
  for (const driver of drivers) {
    const { tokenRequests = [] } = await specOf<DriverSpec>(registry, DRIVERS, '', driver);
    if (tokenRequests.some((each) => (each.audience ?? '') === audience)) {
      return true;
    }
  }
  return false;
}

async function judge(
  registry: Lookup,
  { username }: UserInfo,
  node: string,
  namespace: string,
  { audiences = [], boundObjectRef: ref = {} }: AskedToken,
): Promise<string | undefined> {
  const { apiVersion, kind, name = '', uid = '' } = ref;
  if (apiVersion !== 'v1' || kind !== 'Pod' || name === '') {
    return 'node requested token not bound to a pod';
  }
  if (uid === '') {
    return 'node requested token with a pod binding without a uid';
  }
  const stored = await registry.find('pods', namespace, name);
  if (stored === undefined) {
    throw notFound({ group: '', resource: 'pods' }, name);
  }
  if (stored.uid !== uid) {
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  const spec = (decodeObject(stored).spec ?? {}) as PodSpec;
  if (spec.nodeName !== node) {
    return 'node requested token bound to a pod scheduled on a different node';
  }
  const [audience = ''] = audiences;
  if (audiences.length > 1) {
    return 'node may only request 0 or 1 audiences';
  }
  return (await names(registry, { namespace, name, spec }, audience))
    ? undefined
    : `audience ${JSON.stringify(audience)} not found in pod spec volume, ${username} is not authorized to request tokens for this audience`;
}

/** Throws 403, or 404 for the pod. Whether the pod runs as the account is asked of everybody, elsewhere. */
export async function restrictTokenRequest(
  registry: Lookup,
  user: UserInfo | undefined,
  account: { readonly namespace: string; readonly name: string },
  asked: AskedToken,
): Promise<void> {
  const node = user === undefined ? undefined : nodeNameOf(user);
  if (user === undefined || node === undefined) {
    return;
  }
  const why = await judge(registry, user, node, account.namespace, asked);
  if (why !== undefined) {
    throw forbidden({ group: '', resource: 'serviceaccounts' }, account.name, why);
  }
}
