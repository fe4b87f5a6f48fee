import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type closeWithGrace from 'close-with-grace';
import { afterAll, describe, expect, it } from 'vitest';
import type { ComposeOptions, Flotilla } from '../../compose.ts';
import { readConfig } from '../../config/read-config.ts';
import { StartupError } from '../../errors.ts';
import { runServe } from './run-serve.ts';

const home = mkdtempSync(join(tmpdir(), 'flotilla-serve-'));
afterAll(() => rmSync(home, { recursive: true }));

type Ending = Parameters<closeWithGrace.CloseWithGraceAsyncCallback>[0];

/** Stands in for close-with-grace and the signals; `exited` says how the process would exit. */
function lifetime() {
  let callback: closeWithGrace.CloseWithGraceAsyncCallback | undefined;
  const end = async (ending: Ending): Promise<number> => {
    try {
      await callback?.(ending);
      return ending.err === undefined ? 0 : 1;
    } catch {
      return 1;
    }
  };
  let closed: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    closed = resolve;
  });
  const install = (_options: unknown, run: closeWithGrace.CloseWithGraceAsyncCallback) => {
    callback = run;
    return {
      close: () => void end({ manual: true }).then(closed),
      uninstall: () => {
        callback = undefined;
      },
    };
  };
  return {
    ...{ end, exited, isInstalled: () => callback !== undefined, install: install as typeof closeWithGrace },
    ask: undefined as ((why: string) => void) | undefined,
  };
}

function start(compose: (options: ComposeOptions) => Promise<Flotilla>, env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const process = lifetime();
  const healthFile = join(home, 'alive');
  const served = runServe({
    config: readConfig({ env: { FLOTILLA_HOME: home, ...env } }),
    healthFile,
    terminal: {
      stdout: { write: (text) => (output.stdout += text) },
      stderr: { write: (text) => (output.stderr += text) },
      outlive: () => undefined,
    },
    clock: { now: () => 86_400_000, monotonic: () => 0, sleep: async () => undefined },
    compose,
    closeWithGrace: process.install,
    listenForStop: (onStop) => {
      process.ask = onStop;
      return () => {
        process.ask = undefined;
      };
    },
  });
  return { output, process, served, healthFile };
}

function flotilla(over: Partial<Flotilla> = {}) {
  const stops: string[] = [];
  const running: Flotilla = {
    url: 'https://127.0.0.1:6443',
    kubeconfigPath: join(home, 'kubeconfig'),
    failed: new Promise(() => undefined),
    stop: async () => void stops.push('stopped'),
    ...over,
  };
  return { running, stops };
}

describe('serve', () => {
  it('tells its steps with times, then where things are and what to try', async () => {
    const { running } = flotilla();
    const { output, served, process, healthFile } = start(async ({ report }) => {
      report({ title: 'PostgreSQL', state: 'started' });
      report({ title: 'PostgreSQL', state: 'done', ms: 1_840 });
      report({ title: 'API', state: 'done', ms: 12.3 });
      return running;
    });
    await served;
    expect(output.stderr).toBe('');
    expect(output.stdout).toMatch(/^✔ PostgreSQL \(1\.8 s\)\n✔ API \(12 ms\)\n/);
    for (const text of ['https://127.0.0.1:6443/dashboard/', 'https://127.0.0.1:6443/docs', running.kubeconfigPath]) {
      expect(output.stdout).toContain(text);
    }
    expect(statSync(healthFile).mtimeMs).toBe(86_400_000);
    await process.end({ manual: true });
  });

  it('names its roles when it has no API', async () => {
    const { running } = flotilla({ url: undefined, kubeconfigPath: undefined });
    const { output, served, process } = start(async () => running, {
      FLOTILLA_ROLES: 'worker,controller',
      DATABASE_URL: 'postgres://127.0.0.1/fleet',
    });
    await served;
    expect(output.stdout).toBe('\nRunning as worker and controller. Press Ctrl-C to stop.\n');
    await process.end({ manual: true });
  });

  it('stops at a signal', async () => {
    const { running, stops } = flotilla();
    const { output, served, process } = start(async () => running);
    await served;
    process.ask?.('SIGINT');
    expect(await process.exited).toBe(0);
    expect(stops).toEqual(['stopped']);
    expect(output.stderr).toContain('SIGINT: stopping; once more to stop at once');
  });

  it('stops what a start that was interrupted has started', async () => {
    const { running, stops } = flotilla();
    let finish: (value: Flotilla) => void = () => undefined;
    const { output, process, served } = start(() => new Promise((resolve) => (finish = resolve)));
    process.ask?.('SIGTERM');
    finish(running);
    expect(await process.exited).toBe(0);
    await served;
    expect(stops).toEqual(['stopped']);
    expect(output.stdout).toBe('');
  });

  it('abandons a start at a signal, and does not call that a failure', async () => {
    const abandon = ({ signal }: ComposeOptions): Promise<Flotilla> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { output, process, served } = start(abandon);
    process.ask?.('SIGINT');
    await served;
    expect(await process.exited).toBe(0);
    expect(output.stderr).toBe('\nSIGINT: stopping; once more to stop at once\n');
  });

  it('a signal during a crash stops nothing twice', async () => {
    let die: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      die = reject;
    });
    const { running, stops } = flotilla({ failed });
    const { process, served } = start(async () => running);
    await served;
    die(new Error('gone'));
    await process.exited;
    process.ask?.('SIGTERM');
    expect(stops).toEqual(['stopped']);
  });

  it('hands on why it could not start, and then handles no signals', async () => {
    const { output, served, process } = start(async ({ report }) => {
      report({ title: 'Schema', state: 'failed', ms: 3 });
      throw new StartupError('Port 6443 is in use');
    });
    await expect(served).rejects.toThrow('Port 6443 is in use');
    expect(output.stdout).toBe('✖ Schema (3 ms)\n');
    expect(process.isInstalled()).toBe(false);
    expect(process.ask).toBe(undefined);
  });

  it('puts the details of a failed start that nobody foresaw into its home', async () => {
    const { served } = start(async () => {
      throw new TypeError('x is not a function');
    });
    const path = join(home, 'flotilla-crash.log');
    await expect(served).rejects.toMatchObject({
      message: `unexpected failure: x is not a function\nDetails: ${path}`,
      exitCode: 1,
    });
    expect(readFileSync(path, 'utf8')).toContain('TypeError: x is not a function');
  });

  it('ends with 1 and a file of details when a part has died', async () => {
    let die: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      die = reject;
    });
    const { running, stops } = flotilla({ failed });
    const { output, served, process } = start(async () => running);
    await served;
    die(new Error('PostgreSQL ended by itself\nwith more to say'));
    expect(await process.exited).toBe(1);
    expect(stops).toEqual(['stopped']);
    const path = join(home, 'flotilla-crash.log');
    expect(output.stderr).toBe(`flotilla: unexpected failure: PostgreSQL ended by itself\nDetails: ${path}\n`);
    expect(readFileSync(path, 'utf8')).toContain('with more to say');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
