/** A program on a terminal of its own, whose size can be changed: what a person sees of `kubectl exec -it`. */
import pty from '@lydell/node-pty';
import { until } from './until.ts';

export interface Terminal {
  output(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until what it shows satisfies `test`. */
  shows(test: (output: string) => boolean): Promise<void>;
  /** The exit code. */
  readonly finished: Promise<number>;
  stop(): Promise<void>;
}

export function startOnTerminal(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Terminal {
  const terminal = pty.spawn(file, [...args], { cols: 80, rows: 24, env: { ...env }, name: 'xterm' });
  let output = '';
  terminal.onData((text) => {
    output += text;
  });
  let isOver = false;
  const finished = new Promise<number>((resolve) =>
    terminal.onExit(({ exitCode }) => {
      isOver = true;
      resolve(exitCode);
    }),
  );
  return {
    finished,
    output: () => output,
    type: (text) => terminal.write(text),
    resize: (columns, rows) => terminal.resize(columns, rows),
    shows: async (test) => {
      await until(
        () => test(output),
        () => `${args.join(' ')} showed: ${output}`,
      );
    },
    async stop() {
      if (!isOver) {
        terminal.kill('SIGKILL');
      }
      await finished;
    },
  };
}
