/** The main thread's side. */
import type { ParseElsewhere } from '../api/http/parse-bytes.ts';
import { NotJson } from '../api/http/parse-json.ts';
import { badRequest, internalError, StatusError, tooManyRequests, unavailable } from '../errors.ts';
import type { Elsewhere } from '../registry/elsewhere.ts';
import { type Thread, ThreadEnded } from '../timing/thread.ts';
import { nextRound } from '../timing/turns.ts';
import type { Done, Given, HeavyResult, HeavyWork, Task } from './heavy-work.ts';

export interface HeavyCalls extends Elsewhere {
  readonly parse: ParseElsewhere;
}

const tooLong = (what: string): StatusError => new StatusError('RequestEntityTooLarge', `${what} takes too long`, {});

const BUSY_SECONDS = 1;

function refusalOf(ended: ThreadEnded, tooMuch: StatusError): StatusError {
  switch (ended.reason) {
    case 'too much':
      return tooMuch;
    case 'busy':
      return tooManyRequests('too many long requests wait, please try again later', BUSY_SECONDS);
    case 'closed':
      return unavailable('the server is shutting down', { cause: ended });
    case 'failed':
      return internalError(ended.cause ?? ended);
  }
}

type Runner = Pick<Thread<HeavyWork, HeavyResult>, 'run'>;

/** What may take seconds, beside YAML and clients' updates. */
const SLOW: ReadonlySet<Task> = new Set<Task>(['patch', 'apply']);

/** `slow` has its own thread, so that long JSON does not wait for it. */
export function heavyCalls(quick: Runner, slow: Runner): HeavyCalls {
  const run = async <T extends Task>(
    task: T,
    given: Given<T>,
    what: string | StatusError,
    caller: string | undefined,
    { isSlow = SLOW.has(task), isOwed = false } = {},
  ): Promise<Done<T>> => {
    const tooMuch = typeof what === 'string' ? tooLong(what) : what;
    const running = (isSlow ? slow : quick).run({ task, given }, caller, isOwed) as Promise<HeavyResult<T>>;
    const result = await running.catch((error: unknown) => {
      throw error instanceof ThreadEnded ? refusalOf(error, tooMuch) : error;
    });
    // A long result was just copied into this thread.
    await nextRound();
    if ('refused' in result) {
      const { reason, message, details, why } = result.refused;
      throw why === undefined ? new StatusError(reason, message, details) : new NotJson(why);
    }
    return result.done;
  };
  return {
    async parse(format, body, caller) {
      const isYaml = format === 'yaml';
      const tooMuch = isYaml
        ? badRequest('error converting YAML to JSON: yaml: document is too complex')
        : tooLong('the body');
      const parsed = await run('parse', { format, body }, tooMuch, caller, { isSlow: isYaml });
      const { json = body.toString('utf8'), complaints } = parsed;
      return { value: JSON.parse(json) as unknown, complaints };
    },
    patch: (given, caller) => run('patch', given, 'the patch', caller),
    validate: (given, caller) => run('validate', given, 'the validation of the object', caller),
    apply: (given, caller) => run('apply', given, 'the patch', caller),
    trackNew: (given, caller) => run('trackNew', given, 'the object', caller),
    // A controller does not wait behind clients' patches.
    track: (given, caller) => run('track', given, 'the update', caller, { isSlow: given.isClient }),
    tellWhole: (given, caller, isOwed = false) => run('tellWhole', given, 'the answer', caller, { isOwed }),
  };
}
