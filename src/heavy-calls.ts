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

export function heavyCalls(thread: Pick<Thread<HeavyWork, HeavyResult>, 'run'>): HeavyCalls {
  const run = async (given: HeavyWork, tooMuch: StatusError) => {
    const result = await thread.run(given).catch((error: unknown) => {
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
