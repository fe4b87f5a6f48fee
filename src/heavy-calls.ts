/** The main thread's side of `heavy-work.ts`. */
import type { ApiContext } from './api/context.ts';
import { NotJson } from './api/http/parse-json.ts';
import { badRequest, internalError, StatusError, tooManyRequests, unavailable } from './errors.ts';
import type { HeavyResult, HeavyWork } from './heavy-work.ts';
import type { PatchElsewhere, ValidateElsewhere } from './registry/context.ts';
import { type Thread, ThreadEnded } from './timing/thread.ts';

export interface HeavyCalls {
  readonly parseElsewhere: NonNullable<ApiContext['parseElsewhere']>;
  readonly patchElsewhere: PatchElsewhere;
  readonly validateElsewhere: ValidateElsewhere;
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

/** `slow`: for what may take seconds, YAML and patches, so that long JSON does not wait for it. */
export function heavyCalls(quick: Runner, slow: Runner): HeavyCalls {
  const run = async (given: HeavyWork, tooMuch: StatusError, caller: string | undefined) => {
    const isSlow = given.task === 'patch' || (given.task === 'parse' && given.format === 'yaml');
    const result = await (isSlow ? slow : quick).run(given, caller).catch((error: unknown) => {
      throw error instanceof ThreadEnded ? refusalOf(error, tooMuch) : error;
    });
    if ('reason' in result) {
      const { reason, message, details, why } = result;
      throw why === undefined ? new StatusError(reason, message, details) : new NotJson(why);
    }
    return result;
  };
  return {
    async parseElsewhere(format, body, caller) {
      const tooMuch =
        format === 'yaml'
          ? badRequest('error converting YAML to JSON: yaml: document is too complex')
          : tooLong('the body');
      const { json = body.toString('utf8'), complaints } = await run({ task: 'parse', format, body }, tooMuch, caller);
      return { value: JSON.parse(json) as unknown, complaints };
    },
    async patchElsewhere(given, caller) {
      const { json = '' } = await run({ task: 'patch', ...given }, tooLong('the patch'), caller);
      return json;
    },
    async validateElsewhere(given, caller) {
      return (await run({ task: 'validate', ...given }, tooLong('the validation of the object'), caller)).complaints;
    },
  };
}
