/**
 * The account's token in every container, at the place where client libraries look for it. The API server of Kubernetes
 * writes this volume into each pod; here the kubelet adds it by itself, and pods stay as they were sent.
 * Source: plugin/pkg/admission/serviceaccount.
 */
import { isMirrorPod } from '../../resources/pod/mirror-pod.ts';
import type { Mount } from '../../runtimes/runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Container, Pod } from '../pod.ts';
import { FILE_MODE, textFile } from './volume.ts';

const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN = { path: 'token', expirationSeconds: 3_607 };

interface Account extends KubeObject {
  automountServiceAccountToken?: boolean;
}

/** The pod's word goes before its account's; one of a file has none. */
export const wantsToken = (pod: Pod, { volumeMounts = [] }: Container, account: KubeObject | undefined): boolean =>
  account !== undefined &&
  !isMirrorPod(pod) &&
  (pod.spec.automountServiceAccountToken ?? (account as Account).automountServiceAccountToken ?? true) &&
  !volumeMounts.some(({ mountPath }) => mountPath === PATH);

export async function accountMount(
  { metadata }: Pod,
  token: (source: typeof TOKEN) => Promise<string>,
  ca: string | undefined,
): Promise<Mount> {
  const files = [
    textFile('token', await token(TOKEN), FILE_MODE),
    textFile('namespace', metadata.namespace, FILE_MODE),
    ...(ca === undefined ? [] : [textFile('ca.crt', ca, FILE_MODE)]),
  ];
  return { volume: 'kube-api-access', path: PATH, subPath: '', readOnly: true, content: { kind: 'files', files } };
}
