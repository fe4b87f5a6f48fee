/** Logs, exec, attach and port-forward. A part of the contract in runtime.ts. */
export interface LogOptions {
  readonly follow?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Milliseconds since the epoch. */
  readonly sinceTime?: number;
  readonly timestamps?: boolean;
  /** The attempt before the latest. */
  readonly previous?: boolean;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The client's end of a process. */
export interface ProcessStreams {
  /** undefined: the client sends none. Ends when the client closes it or goes away. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  /** Resolves when the client has room for more; what the client did not ask for is dropped. Never rejects. */
  stdout(chunk: Uint8Array): Promise<void>;
  stderr(chunk: Uint8Array): Promise<void>;
  /** Of the client's terminal, as it changes. */
  readonly sizes: AsyncIterable<TerminalSize>;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
}

/** The client's end of a connection to a port. */
export interface ForwardedConnection {
  /** Ends when the client will send no more. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when the client has room for more. Never rejects. */
  output(chunk: Uint8Array): Promise<void>;
}

/**
 * Logs, exec, attach, port-forward; declared in capabilities. Each ends when its signal aborts: the client has gone.
 * Throws RuntimeError with what the container runtime says; the API puts it into the kubelet's words.
 */
export interface Streaming {
  logs(uid: string, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a command in the running container; resolves with its exit code. */
  exec(
    uid: string,
    container: string,
    options: ExecOptions,
    streams: ProcessStreams,
    signal: AbortSignal,
  ): Promise<number>;
  /** The streams of the container's own process; resolves when it has ended. */
  attach(uid: string, container: string, streams: ProcessStreams, signal: AbortSignal): Promise<void>;
  /** One connection to a port of the pod; resolves when the pod's side has closed it. */
  portForward(uid: string, port: number, connection: ForwardedConnection, signal: AbortSignal): Promise<void>;
}
