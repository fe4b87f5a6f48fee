/** A file touched while the event loop turns: how a container without the API role shows that it lives. */
import { closeSync, openSync, utimesSync } from 'node:fs';
import { StartupError } from '../../errors.ts';

const TOUCH_MS = 5_000;

/** Returns how to stop. Throws StartupError when the file cannot be written. */
export function keepHealthFile(path: string, now: () => number): () => void {
  const touch = (): void => utimesSync(path, now() / 1_000, now() / 1_000);
  try {
    closeSync(openSync(path, 'a'));
    touch();
  } catch (error) {
    throw new StartupError(`The health file ${path} cannot be written: give --health-file another path`, {
      cause: error,
    });
  }
  const timer = setInterval(touch, TOUCH_MS);
  return () => clearInterval(timer);
}
