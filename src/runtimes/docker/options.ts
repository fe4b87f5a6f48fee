/** The `docker` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { areTexts, checkOptions, isFlag, isText, type OptionCheck } from '../read-options.ts';

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
  /** Where seccomp profiles of the type Localhost are. */
  readonly seccompRoot: string;
  /** Whether images that no container uses may go when the disk is full: also those that somebody else pulled. */
  readonly collectImages: boolean;
  /** Host folders that hostPath volumes may be in. */
  readonly hostPaths: readonly string[];
}

const DEFAULTS: DockerOptions = {
  socket: '/var/run/docker.sock',
  root: '/var/lib/flotilla/docker',
  pauseImage: 'registry.k8s.io/pause:3.10',
  network: 'bridge',
  allowPrivileged: false,
  seccompRoot: '/var/lib/kubelet/seccomp',
  collectImages: false,
  hostPaths: [],
};

const CHECKS: Readonly<Record<keyof DockerOptions, OptionCheck>> = {
  ...{
    socket: isText,
    root: isText,
    pauseImage: isText,
    network: isText,
    allowPrivileged: isFlag,
    seccompRoot: isText,
    collectImages: isFlag,
    hostPaths: areTexts,
  },
};

/** Throws StartupError. */
export function readDockerOptions(name: string, given: Readonly<Record<string, unknown>>): DockerOptions {
  checkOptions(name, given, CHECKS);
  return { ...DEFAULTS, ...given };
}
