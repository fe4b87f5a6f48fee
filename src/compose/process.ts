/** What the rooms of the composition root share in one process. */
import type { Teardown } from '../bootstrap/teardown.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';

export interface Process {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly home: string;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
  readonly teardown: Teardown;
  readonly step: <T>(title: string, run: () => Promise<T>) => Promise<T>;
  readonly fail: (error: Error) => void;
}
