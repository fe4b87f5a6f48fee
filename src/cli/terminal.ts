/** What a command may write to: data on stdout, messages on stderr. */
export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Terminal {
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** From now on a reader that goes away (a closed pipe or terminal, a full disk) ends nothing: a service goes on. */
  outlive(): void;
}

interface ProcessStream extends TerminalStream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** `exit` ends a command whose output nobody reads any more, as in `flotilla status | head -1`. */
export function createTerminal(stdout: ProcessStream, stderr: ProcessStream, exit: (code: number) => void): Terminal {
  let isOutlived = false;
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({ code }) => {
      if (!isOutlived) {
        exit(code === 'EPIPE' ? 0 : 1);
      }
    });
  }
  return {
    stdout,
    stderr,
    outlive: () => {
      isOutlived = true;
    },
  };
}
