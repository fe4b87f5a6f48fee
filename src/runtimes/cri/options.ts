/** The `cri` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { areTexts, checkOptions, isFlag, type OptionCheck } from '../read-options.ts';

export interface CriOptions {
  /** The runtime's socket. */
  readonly socket: string;
  /** Of the image service, where it is another. */
  readonly imageSocket: string;
  /** A folder of ours for volumes, logs and hosts files; the runtime must see it under the same path. */
  readonly root: string;
  /** Below which pods get their cgroups; '' leaves it to the runtime. */
  readonly cgroupParent: string;
  readonly allowPrivileged: boolean;
  /** Where seccomp profiles of the type Localhost are. */
  readonly seccompRoot: string;
  /** Images that no container uses go when the disk is full, as a kubelet does: also those that somebody else pulled. */
  readonly collectImages: boolean;
  /** Host folders that hostPath volumes may be in. */
  readonly hostPaths: readonly string[];
  /** For pods that name none; undefined: as the host resolves. */
  readonly dns?: { readonly servers: readonly string[]; readonly searches: readonly string[] };
}

const DEFAULTS = {
  socket: '/run/containerd/containerd.sock',
  root: '/var/lib/flotilla/cri',
  cgroupParent: '/flotilla',
  allowPrivileged: false,
  seccompRoot: '/var/lib/kubelet/seccomp',
  collectImages: true,
  hostPaths: [] as string[],
};

const CHECKS: Readonly<Record<string, OptionCheck>> = {
  socket: (value) => typeof value === 'string' && value.startsWith('/'),
  imageSocket: (value) => typeof value === 'string' && value.startsWith('/'),
  root: (value) => typeof value === 'string' && value.startsWith('/'),
  cgroupParent: (value) => typeof value === 'string' && (value === '' || /^\/[\w./-]+$/.test(value)),
  allowPrivileged: isFlag,
  seccompRoot: (value) => typeof value === 'string' && value.startsWith('/'),
  collectImages: isFlag,
  hostPaths: areTexts,
  dns: (value) =>
    typeof value === 'object' &&
    value !== null &&
    areTexts(Reflect.get(value, 'servers') ?? []) &&
    areTexts(Reflect.get(value, 'searches') ?? []),
};

/** Throws StartupError. */
export function readCriOptions(name: string, given: Readonly<Record<string, unknown>>): CriOptions {
  checkOptions(name, given, CHECKS);
  const options: typeof DEFAULTS & Partial<CriOptions> = { ...DEFAULTS, ...given };
  return { ...options, imageSocket: options.imageSocket ?? options.socket };
}
