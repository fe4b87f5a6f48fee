/** A pod's sandbox as the runtime gets it. */
import { type HostPort, type PodSandboxSpec, RuntimeError } from '../runtimes/runtime.ts';
import { amountOf } from '../values/amounts.ts';
import type { WholeConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { Pod } from './pod.ts';
import { podDns } from './pod-dns.ts';
import type { PodWork } from './pod-work.ts';

/** Throws RuntimeError RunContainer when the pod's RuntimeClass is not there. */
export async function sandboxSpec({
  pod,
  node,
  settings,
  readRuntimeClass,
}: Pick<PodWork, 'pod' | 'node' | 'settings' | 'readRuntimeClass'>): Promise<PodSandboxSpec> {
  const { metadata, spec } = pod;
  const { securityContext: security = {} } = spec;
  const optional = {
    podCIDR: node.spec?.podCIDR,
    hostname: spec.hostname,
    ...fullName(pod, settings.configuration),
    dns: podDns(pod, settings.configuration),
    hostAliases: spec.hostAliases?.map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    hostPID: spec.hostPID,
    hostIPC: spec.hostIPC,
    shareProcessNamespace: spec.shareProcessNamespace,
    hostPorts: hostPorts(pod),
    sysctls: security.sysctls && Object.fromEntries(security.sysctls.map(({ name, value }) => [name, value])),
    supplementalGroups: security.supplementalGroups,
    supplementalGroupsPolicy: security.supplementalGroupsPolicy,
    fsGroup: security.fsGroup,
    ...limitsOf(settings.configuration),
    runtimeHandler: await handlerOf(spec.runtimeClassName, readRuntimeClass),
  };
  return {
    ...{ uid: metadata.uid, namespace: metadata.namespace, name: metadata.name, nodeName: node.metadata.name },
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    nodeAnnotations: node.metadata.annotations ?? {},
    hostNetwork: spec.hostNetwork ?? false,
    restartPolicy: spec.restartPolicy ?? 'Always',
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<PodSandboxSpec>),
  };
}

/** Source: kubelet/apis/config/v1beta1/defaults.go. */
const LOG_SIZE = '10Mi';
const LOG_FILES = 5;

function limitsOf({
  podPidsLimit = -1,
  containerLogMaxSize: size,
  containerLogMaxFiles: files,
}: WholeConfiguration): Pick<PodSandboxSpec, 'pidsLimit' | 'logs'> {
  const logs = { maxBytes: amountOf('memory', size ?? LOG_SIZE), maxFiles: files ?? LOG_FILES };
  return {
    ...(podPidsLimit > 0 ? { pidsLimit: podPidsLimit } : {}),
    ...(size === undefined && files === undefined ? {} : { logs }),
  };
}

/** Of utsname.nodename. */
const MOST_CHARACTERS = 64;
const LABEL = 63;

/** Throws RuntimeError RunContainer when the kernel cannot be told so long a name. */
function fullName(
  { metadata, spec }: Pod,
  { clusterDomain = '' }: WholeConfiguration,
): Pick<PodSandboxSpec, 'domain' | 'isFullyNamed'> {
  const { subdomain = '', hostname, setHostnameAsFQDN = false } = spec;
  if (subdomain === '') {
    return {};
  }
  const domain = [subdomain, metadata.namespace, 'svc', clusterDomain].filter((part) => part !== '').join('.');
  const full = `${hostname ?? metadata.name.slice(0, LABEL)}.${domain}`;
  if (setHostnameAsFQDN && full.length > MOST_CHARACTERS) {
    const asked = `(${MOST_CHARACTERS} characters is the max, ${full.length} characters requested)`;
    const why = `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long ${asked}`;
    throw new RuntimeError('RunContainer', why);
  }
  return { domain, ...(setHostnameAsFQDN ? { isFullyNamed: true } : {}) };
}

function hostPorts({ spec }: Pod): HostPort[] | undefined {
  const ports = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports: own = [] }) =>
    own.flatMap(({ containerPort, hostPort, hostIP = '', protocol = 'TCP' }) =>
      hostPort === undefined || hostPort === 0 ? [] : [{ containerPort, hostPort, hostIP, protocol }],
    ),
  );
  return ports.length === 0 || spec.hostNetwork === true ? undefined : ports;
}

async function handlerOf(name: string | undefined, read: PodWork['readRuntimeClass']): Promise<string | undefined> {
  if (name === undefined || name === '') {
    return undefined;
  }
  const found = (await read(name)) as { handler?: string } | undefined;
  if (found === undefined) {
    throw new RuntimeError(
      'RunContainer',
      `failed to get sandbox runtime: runtimeclass.node.k8s.io "${name}" not found`,
    );
  }
  return found.handler;
}
