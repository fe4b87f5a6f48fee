/** Kernel parameters that a pod may set: known to be of a namespace. Pure. Source: kubelet/sysctl, component-helpers/node/util/sysctl. */

export type SysctlNamespace = 'IPC' | 'Net';

const EXACT: Readonly<Record<string, SysctlNamespace>> = { 'kernel.sem': 'IPC' };
const PREFIXES: readonly (readonly [string, SysctlNamespace])[] = [
  ['kernel.shm', 'IPC'],
  ['kernel.msg', 'IPC'],
  ['fs.mqueue.', 'IPC'],
  ['net.', 'Net'],
];

/** They touch no other pod of the node. */
const SAFE: readonly string[] = [
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies'],
  ...['net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl'],
  ...['net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
];

const MAX_LENGTH = 253;
const PATTERN = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*([a-z0-9][-_a-z0-9]*)?[a-z0-9*]';
const WHOLE = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*(?:[a-z0-9][-_a-z0-9]*)?[a-z0-9*]$/;

const NAME = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const WHOLE_NAME = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;

/** Of a pod's. */
export const isSysctlName = (name: string): boolean => name.length <= MAX_LENGTH && WHOLE_NAME.test(name);
export const SYSCTL_RULE = `must have at most ${MAX_LENGTH} characters and match regex ^${NAME}$`;

/** What comes first between two names decides which separator it is: `net/ipv4/conf/eth0.1/x` has one name with a dot. */
const withDots = (name: string): string =>
  /[./]/.exec(name)?.[0] === '/' ? name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/')) : name;

const namespaceOf = (name: string): SysctlNamespace | undefined =>
  (Object.hasOwn(EXACT, name) ? EXACT[name] : undefined) ?? PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1];

export const sysctlNamespace = (name: string): SysctlNamespace | undefined => namespaceOf(withDots(name));

/** Of `allowedUnsafeSysctls`. */
export const sysctlProblems = (patterns: readonly string[] = []): string[] =>
  patterns.flatMap((pattern) => {
    if (pattern.length > MAX_LENGTH || !WHOLE.test(pattern)) {
      return [
        `sysctl ${JSON.stringify(pattern)} must have at most ${MAX_LENGTH} characters and match regex ${PATTERN}`,
      ];
    }
    const name = withDots(pattern);
    const isPattern = name.endsWith('*');
    return namespaceOf(isPattern ? name.slice(0, -1) : name) === undefined
      ? [`the ${isPattern ? 'sysctls' : 'sysctl'} ${JSON.stringify(name)} are not known to be namespaced`]
      : [];
  });

/** Why a pod may not set it; undefined: it may. Of a namespace that it shares with the host it may set nothing. */
export function forbiddenSysctl(
  sysctl: string,
  unsafe: readonly string[],
  host: { readonly hostNetwork?: boolean; readonly hostIPC?: boolean },
): string | undefined {
  const name = withDots(sysctl);
  const allowed = [...SAFE, ...unsafe.map(withDots)].some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
  if (!allowed) {
    return `${JSON.stringify(name)} not allowlisted`;
  }
  const namespace = namespaceOf(name);
  const isShared = (namespace === 'IPC' && host.hostIPC) || (namespace === 'Net' && host.hostNetwork);
  return isShared ? `${JSON.stringify(name)} not allowed with host ${namespace} enabled` : undefined;
}
