/** The client of a command, whatever protocol it speaks. */
import type { ProcessStreams } from '../../../runtimes/runtime.ts';
import type { CommandStatus } from './command-status.ts';

/** Which streams the client asked for. */
export interface AskedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface CommandClient extends ProcessStreams {
  /** The last word; closes the connection after what was written. */
  finish(status: CommandStatus): Promise<void>;
}
