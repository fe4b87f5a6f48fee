import type { Logger } from '../../logger.ts';
import type { OpenLogs } from './open-logs.ts';

export interface LogSink {
  /** Resolves when the client took it or is gone. */
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  destroy(): void;
}

/** One chunk at a time, at the client's pace. Resolves when the log or the client has ended; never rejects. */
export async function pumpLogs({ chunks, lifetime }: OpenLogs, sink: LogSink, logger: Logger): Promise<void> {
  const { signal } = lifetime;
  const over = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    for await (const chunk of chunks) {
      await Promise.race([sink.write(chunk), over]);
      if (signal.aborted) {
        break;
      }
    }
    sink.end();
  } catch (error) {
    if (!signal.aborted) {
      logger.warn({ err: error }, 'log stream failed');
    }
    sink.destroy();
  } finally {
    lifetime.end();
  }
}
