/** The `cri` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { StartupError } from '../../errors.ts';

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
  hostPaths: [] as string[],
};

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  socket: (value) => typeof value === 'string' && value.startsWith('/'),
  imageSocket: (value) => typeof value === 'string' && value.startsWith('/'),
  root: (value) => typeof value === 'string' && value.startsWith('/'),
  cgroupParent: (value) => typeof value === 'string' && (value === '' || /^\/[\w./-]+$/.test(value)),
  allowPrivileged: (value) => typeof value === 'boolean',
  hostPaths: isTexts,
  dns: (value) =>
    typeof value === 'object' &&
    value !== null &&
    isTexts(Reflect.get(value, 'servers') ?? []) &&
    isTexts(Reflect.get(value, 'searches') ?? []),
};

/** Throws StartupError. */
export function readCriOptions(name: string, given: Readonly<Record<string, unknown>>): CriOptions {
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key] : undefined;
    if (check === undefined) {
      throw new StartupError(`runtime "${name}": unknown option "${key}": use ${Object.keys(CHECKS).join(', ')}`);
    }
    if (!check(value)) {
      throw new StartupError(`runtime "${name}": option "${key}" has a value that is not allowed`);
    }
  }
  const options: typeof DEFAULTS & Partial<CriOptions> = { ...DEFAULTS, ...given };
  return { ...options, imageSocket: options.imageSocket ?? options.socket };
}
