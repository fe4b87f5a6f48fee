/** The main thread's side of `heavy-work.ts`. */
import type { ApiContext } from './api/context.ts';
import { badRequest, StatusError } from './errors.ts';
import type { HeavyResult, HeavyWork } from './heavy-work.ts';
import type { PatchElsewhere } from './registry/context.ts';
import { type Thread, ThreadEnded } from './timing/thread.ts';

export interface HeavyCalls {
  readonly parseYamlElsewhere: NonNullable<ApiContext['parseYamlElsewhere']>;
  readonly patchElsewhere: PatchElsewhere;
}

export function heavyCalls(thread: Pick<Thread<HeavyWork, HeavyResult>, 'run'>): HeavyCalls {
  const run = async (given: HeavyWork, tooMuch: StatusError) => {
    const result = await thread.run(given).catch((error: unknown) => {
      throw error instanceof ThreadEnded ? tooMuch : error;
    });
    if ('reason' in result) {
      throw new StatusError(result.reason, result.message, result.details);
    }
    return result;
  };
  return {
    async parseYamlElsewhere(text) {
      const tooMuch = badRequest('error converting YAML to JSON: yaml: document is too complex');
      const { json, complaints } = await run({ task: 'yaml', text }, tooMuch);
      return { value: JSON.parse(json) as unknown, complaints };
    },
    async patchElsewhere(given) {
      const tooMuch = new StatusError('RequestEntityTooLarge', 'the patch takes too long to be applied', {});
      return (await run({ task: 'patch', ...given }, tooMuch)).json;
    },
  };
}
