/**
 * spool/: answers that begin with their length, kept until it is known: in memory while they are short, then in a file
 * that has no name, so that it is gone with the process. May import timing and errors. Nothing has been sent by then, so
 * that what fails is still an error of its own: 429 when too many such files are there.
 */
import { tooManyRequests } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import { Spool } from './spool.ts';

/** Each is as long as a list; those who wait for their client are among them. */
const MAX_FILES = 8;

export interface SpoolsOptions {
  /** On a disk: a folder for temporary files may lie in memory. */
  readonly folder: string;
  readonly clock: Clock;
}

export class Spools {
  readonly #options: SpoolsOptions;
  #files = 0;

  constructor(options: SpoolsOptions) {
    this.#options = options;
  }

  /** To be closed, also after an error. */
  open(): Spool {
    return new Spool({
      ...this.#options,
      takePlace: () => {
        if (this.#files >= MAX_FILES) {
          throw tooManyRequests('too many long lists are being read, please try again later or use limit', 1);
        }
        this.#files += 1;
        return () => {
          this.#files -= 1;
        };
      },
    });
  }
}
