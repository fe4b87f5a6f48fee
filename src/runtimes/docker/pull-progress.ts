/** What an engine tells of a pull while it goes on: also that it has failed, in a line like others. */
import type Docker from 'dockerode';
import { RuntimeError, type RuntimeErrorCode } from '../runtime.ts';

interface Progress {
  readonly error?: string;
}

/** Resolves when the image is there. */
export const pulled = (
  docker: Docker,
  progress: NodeJS.ReadableStream,
  code: RuntimeErrorCode,
  moved: () => void = () => undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (message: string, cause?: unknown): void => reject(new RuntimeError(code, message, { cause }));
    docker.modem.followProgress(
      progress,
      (error) => (error ? failed(error.message, error) : resolve()),
      ({ error }: Progress) => (error === undefined ? moved() : failed(error)),
    );
  });
