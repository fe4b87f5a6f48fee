/** The main thread's side of `heavy-work.ts`. */
import type { ApiContext } from './api/context.ts';
import { NotJson } from './api/http/parse-json.ts';
import { badRequest, StatusError } from './errors.ts';
import type { HeavyResult, HeavyWork } from './heavy-work.ts';
import type { PatchElsewhere, ValidateElsewhere } from './registry/context.ts';
import { type Thread, ThreadEnded } from './timing/thread.ts';

export interface HeavyCalls {
  readonly parseElsewhere: NonNullable<ApiContext['parseElsewhere']>;
  readonly patchElsewhere: PatchElsewhere;
  readonly validateElsewhere: ValidateElsewhere;
}

const tooLong = (what: string): StatusError => new StatusError('RequestEntityTooLarge', `${what} takes too long`, {});

type Runner = Pick<Thread<HeavyWork, HeavyResult>, 'run'>;

/** `slow`: for what may take seconds, YAML and patches, so that long JSON does not wait for it. */
export function heavyCalls(quick: Runner, slow: Runner): HeavyCalls {
  const run = async (given: HeavyWork, tooMuch: StatusError) => {
    const isSlow = given.task === 'patch' || (given.task === 'parse' && given.format === 'yaml');
    const result = await (isSlow ? slow : quick).run(given).catch((error: unknown) => {
      throw error instanceof ThreadEnded ? tooMuch : error;
    });
    if ('reason' in result) {
      const { reason, message, details, why } = result;
      throw why === undefined ? new StatusError(reason, message, details) : new NotJson(why);
    }
    return result;
  };
  return {
    async parseElsewhere(format, body) {
      const tooMuch =
        format === 'yaml'
          ? badRequest('error converting YAML to JSON: yaml: document is too complex')
          : tooLong('the body');
      const { json = body.toString('utf8'), complaints } = await run({ task: 'parse', format, body }, tooMuch);
      return { value: JSON.parse(json) as unknown, complaints };
    },
    async patchElsewhere(given) {
      const { json = '' } = await run({ task: 'patch', ...given }, tooLong('the patch'));
      return json;
    },
    async validateElsewhere(given) {
      return (await run({ task: 'validate', ...given }, tooLong('the validation of the object'))).complaints;
    },
  };
}
