/** Shows the steps of a start with their times: ticked and repainted on a terminal, plain lines elsewhere. */
import { Listr } from 'listr2';
import type { StepReport } from '../../bootstrap/step.ts';
import type { TerminalStream } from '../terminal.ts';

export interface StepDisplay {
  readonly report: (step: StepReport) => void;
  /** Resolves when everything reported so far is on the screen. */
  settle(): Promise<void>;
}

const titleWithTime = ({ title, ms }: StepReport): string =>
  ms === undefined ? title : `${title} (${ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`})`;

export function plainSteps(stdout: TerminalStream): StepDisplay {
  const marks = { done: '✔', failed: '✖' };
  return {
    report: (step) => {
      if (step.state !== 'started') {
        stdout.write(`${marks[step.state]} ${titleWithTime(step)}\n`);
      }
    },
    settle: async () => undefined,
  };
}

/** Steps are painted one after another; one that starts while another is painted waits for its turn on the screen. */
export function liveSteps(): StepDisplay {
  const open = new Map<string, (step: StepReport) => void>();
  let painted: Promise<unknown> = Promise.resolve();
  return {
    report: (step) => {
      if (step.state !== 'started') {
        open.get(step.title)?.(step);
        open.delete(step.title);
        return;
      }
      const ended = new Promise<StepReport>((resolve) => open.set(step.title, resolve));
      painted = painted.then(() => paint(step.title, ended));
    },
    settle: async () => {
      await painted;
    },
  };
}

const paint = (title: string, ended: Promise<StepReport>): Promise<unknown> =>
  new Listr(
    [
      {
        title,
        task: async (_context, task) => {
          const step = await ended;
          task.title = titleWithTime(step);
          if (step.state === 'failed') {
            throw new Error(title);
          }
        },
      },
    ],
    // Signals are the command's to handle; the reason of a failure is printed once, at the end.
    { exitOnError: false, registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  ).run();
