/** The `process` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { userInfo } from 'node:os';
import { areTexts, checkOptions, isCount, isText, type OptionCheck } from '../read-options.ts';

/** An image stands for a folder of the host, or for a command. */
export interface ProcessImage {
  /** Programs are looked for here first, and it is the working directory. */
  readonly path?: string;
  /** Where a container names none. */
  readonly command?: readonly string[];
}

export interface ProcessOptions {
  /** A folder of ours: logs, volumes, what runs. */
  readonly root: string;
  readonly images: Readonly<Record<string, ProcessImage>>;
  /** Folders that programs and images may be in; none: nothing can be started. */
  readonly allowedPaths: readonly string[];
  /** Users that containers may run as, by number; none: the worker's own. */
  readonly allowedUsers: readonly number[];
  /** Host folders that hostPath volumes may be in. */
  readonly hostPaths: readonly string[];
  /** `namespaces`: mounts, names, IPC and processes of its own, by unshare; `network`: a network too; both need root. */
  readonly isolation: string;
  /** Processes of a container, where cgroups can limit them; 0: as the node's `podPidsLimit`. */
  readonly maxProcesses: number;
  /** Open files of a process; 0: the worker's own limit. */
  readonly maxOpenFiles: number;
  /** undefined: as the node's KubeletConfiguration has it. */
  readonly maxLogBytes?: number;
  readonly maxLogFiles?: number;
}

const DEFAULTS: ProcessOptions = {
  root: '/var/lib/flotilla/process',
  images: {},
  allowedPaths: [],
  allowedUsers: [],
  hostPaths: [],
  isolation: 'none',
  maxProcesses: 0,
  maxOpenFiles: 0,
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isImage = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).every((key) => key === 'path' || key === 'command') &&
  (value['path'] === undefined || typeof value['path'] === 'string') &&
  (value['command'] === undefined || areTexts(value['command']));

const CHECKS: Readonly<Record<keyof ProcessOptions, OptionCheck>> = {
  root: isText,
  images: (value) => isRecord(value) && Object.values(value).every(isImage),
  allowedPaths: areTexts,
  allowedUsers: (value) => Array.isArray(value) && value.every(isCount),
  hostPaths: areTexts,
  isolation: (value) => value === 'none' || value === 'namespaces' || value === 'network',
  ...{ maxProcesses: isCount, maxOpenFiles: isCount, maxLogBytes: isCount, maxLogFiles: isCount },
};

/** Throws StartupError. */
export function readProcessOptions(name: string, given: Readonly<Record<string, unknown>>): ProcessOptions {
  checkOptions(name, given, CHECKS);
  const options = { ...DEFAULTS, ...given };
  return options.allowedUsers.length > 0 ? options : { ...options, allowedUsers: [userInfo().uid] };
}
