/**
 * Who a process is, beyond its number: numbers are reused, and a killed process stays as a zombie until it is reaped.
 * Linux reads /proc; elsewhere `ps` answers the same.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../errors.ts';

const run = promisify(execFile);

/** Fields of /proc/<pid>/stat counted from the state, which follows the parenthesised name: proc(5). */
const STATE = 0;
const START_TIME = 19;

/** A text that no other process has had since the machine was made; undefined for a dead process or a zombie. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    return processStatus(pid, 'lstart=');
  }
  const [stat, boot] = await Promise.all([readProc(`/proc/${pid}/stat`), readProc('/proc/sys/kernel/random/boot_id')]);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[STATE] === 'Z' || fields[STATE] === 'X') {
    return undefined;
  }
  return `${boot?.trim()}:${fields[START_TIME]}`;
}

/** The command line of a live process, arguments separated by NUL on Linux and by blanks elsewhere. */
export async function commandLine(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? readProc(`/proc/${pid}/cmdline`) : processStatus(pid, 'args=');
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // ESRCH: the process ended between open and read.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') {
      return undefined;
    }
    throw error;
  }
}

async function processStatus(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', column, '-p', String(pid)]);
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch (error) {
    // ps exits with 1 when there is no such process; execFile gives the exit code as a number.
    if (errorCode(error) === undefined) {
      return undefined;
    }
    throw error;
  }
}
