/** The `docker` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { StartupError } from '../../errors.ts';

export interface DockerOptions {
  /** Of the engine. */
  readonly socket: string;
  /** A folder of ours for volumes and last words; the engine must see it under the same path. */
  readonly root: string;
  /** Holds a pod's namespaces. */
  readonly pauseImage: string;
  /** Of pods that are not on the host's. */
  readonly network: string;
  readonly allowPrivileged: boolean;
  /** Host folders that hostPath volumes may be in. */
  readonly hostPaths: readonly string[];
}

const DEFAULTS: DockerOptions = {
  socket: '/var/run/docker.sock',
  root: '/var/lib/flotilla/docker',
  pauseImage: 'registry.k8s.io/pause:3.10',
  network: 'bridge',
  allowPrivileged: false,
  hostPaths: [],
};

/** Throws StartupError. */
export function readDockerOptions(name: string, given: Readonly<Record<string, unknown>>): DockerOptions {
  for (const [key, value] of Object.entries(given)) {
    const model = Object.hasOwn(DEFAULTS, key) ? DEFAULTS[key as keyof DockerOptions] : undefined;
    if (model === undefined) {
      throw new StartupError(`runtime "${name}": unknown option "${key}": use ${Object.keys(DEFAULTS).join(', ')}`);
    }
    const fits = Array.isArray(model)
      ? Array.isArray(value) && value.every((one) => typeof one === 'string')
      : typeof value === typeof model && value !== '';
    if (!fits) {
      throw new StartupError(`runtime "${name}": option "${key}" has a value that is not allowed`);
    }
  }
  return { ...DEFAULTS, ...given };
}
