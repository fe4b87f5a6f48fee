/** The `process` section of the runtimes' options; what is unknown or of the wrong type is named. */
import { userInfo } from 'node:os';
import { StartupError } from '../../errors.ts';

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
  /** `namespaces`: mounts, names, IPC and processes of its own, by unshare; needs root. */
  readonly isolation: string;
  /** Processes of a container, where cgroups can limit them; 0: no limit. */
  readonly maxProcesses: number;
  /** Open files of a process; 0: the worker's own limit. */
  readonly maxOpenFiles: number;
  readonly maxLogBytes: number;
  readonly maxLogFiles: number;
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
  maxLogBytes: 10 * 1024 * 1024,
  maxLogFiles: 5,
};

const CHECKS: Partial<Record<keyof ProcessOptions, (value: unknown) => boolean>> = {
  images: (value) => isRecord(value) && Object.values(value).every(isImage),
  allowedUsers: (value) => Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0),
  isolation: (value) => value === 'none' || value === 'namespaces',
};
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isImage = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).every((key) => key === 'path' || key === 'command') &&
  (value['path'] === undefined || typeof value['path'] === 'string') &&
  (value['command'] === undefined || areTexts(value['command']));

function fits(key: keyof ProcessOptions, value: unknown): boolean {
  const model = DEFAULTS[key];
  const check = CHECKS[key] ?? (Array.isArray(model) ? areTexts : undefined);
  return check === undefined ? typeof value === typeof model && value !== '' && Number(value) !== -1 : check(value);
}

/** Throws StartupError. */
export function readProcessOptions(name: string, given: Readonly<Record<string, unknown>>): ProcessOptions {
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULTS, key)) {
      throw new StartupError(`runtime "${name}": unknown option "${key}": use ${Object.keys(DEFAULTS).join(', ')}`);
    }
    if (!fits(key as keyof ProcessOptions, value)) {
      throw new StartupError(`runtime "${name}": option "${key}" has a value that is not allowed`);
    }
  }
  const options = { ...DEFAULTS, ...given };
  return options.allowedUsers.length > 0 ? options : { ...options, allowedUsers: [userInfo().uid] };
}
