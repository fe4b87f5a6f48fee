/** Runs the command line in this process, against a fake API; time passes only when a command sleeps. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  let monotonic = 0;
  const code = await runCommandLine(args, {
    terminal: {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      outlive: () => undefined,
    },
    env,
    clock: {
      now: () => 0,
      monotonic: () => monotonic,
      sleep: async (ms) => {
        monotonic += ms;
      },
    },
  });
  return { code, stdout, stderr };
}

/** One fake API for a test file, its answers reset to `answer` before each test. */
export function useFakeApi(answer: FakeApi['answer']) {
  let api: FakeApi | undefined;
  const started = (): FakeApi => {
    if (api === undefined) {
      throw new Error('the fake API starts before the first test');
    }
    return api;
  };
  beforeAll(async () => {
    api = await startFakeApi();
  });
  beforeEach(() => {
    started().requests.length = 0;
    started().answer = answer;
  });
  afterAll(() => started().close());
  return {
    api: started,
    run: (...args: string[]): Promise<CommandResult> => runCommand(['--kubeconfig', started().kubeconfig, ...args]),
  };
}
