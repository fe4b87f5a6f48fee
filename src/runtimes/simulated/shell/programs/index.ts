/** The programs of every simulated image, by name or by a path that images have them at. */
import { posix } from 'node:path';
import { type ProgramMain, print } from '../program.ts';
import { BUILTINS } from './builtins.ts';
import { cp } from './copy.ts';
import { FILE_PROGRAMS } from './files.ts';
import { SYSTEM_PROGRAMS } from './system.ts';
import { tar } from './tar.ts';
import { TEXT_PROGRAMS } from './text.ts';

const which: ProgramMain = async ({ args, stdout }) => {
  const found = args.filter((name) => findProgram(name) !== undefined);
  await print(stdout, found.map((name) => `/bin/${name}\n`).join(''));
  return Number(found.length < args.length);
};

const PROGRAMS: ReadonlyMap<string, ProgramMain> = new Map(
  Object.entries({ ...BUILTINS, ...TEXT_PROGRAMS, ...FILE_PROGRAMS, ...SYSTEM_PROGRAMS, cp, tar, which }),
);
const FOLDERS: readonly string[] = ['/bin', '/usr/bin', '/usr/local/bin', '/sbin', '/usr/sbin'];

export function findProgram(name: string): ProgramMain | undefined {
  return name.includes('/')
    ? FOLDERS.includes(posix.dirname(name))
      ? PROGRAMS.get(posix.basename(name))
      : undefined
    : PROGRAMS.get(name);
}
