/** The client of an exec or attach, over a WebSocket or SPDY. */
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
  /** Sends the final status, then closes the connection once everything has been written. */
  finish(status: CommandStatus): Promise<void>;
}
