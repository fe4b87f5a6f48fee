/**
 * What is handed to a worker thread: texts in, texts out, so that little is copied. A StatusError crosses as its parts.
 * The thread's program is `heavy-thread.ts`, who calls it `heavy-calls.ts`.
 */
import { parseYaml } from './api/http/parse-yaml.ts';
import { type StatusDetails, StatusError, type StatusReason } from './errors.ts';
import { applyPatch } from './registry/apply-patch.ts';
import type { PatchType } from './registry/registry.ts';
import { RESOURCES, resourceId } from './resources/index.ts';
import type { KubeObject } from './values/object.ts';

export type HeavyWork =
  | { readonly task: 'yaml'; readonly text: Uint8Array }
  | {
      readonly task: 'patch';
      readonly resource: string;
      readonly current: string;
      readonly type: PatchType;
      readonly patch: string;
    };

/** About 65,000 lines of `key: value`: two seconds. */
const MAX_LEXEMES = 400_000;

interface Done {
  readonly json: string;
  readonly complaints: readonly string[];
}
interface Refused {
  readonly reason: StatusReason;
  readonly message: string;
  readonly details: StatusDetails | undefined;
}
export type HeavyResult = Done | Refused;

function work(given: HeavyWork): Done {
  if (given.task === 'yaml') {
    const { value, complaints } = parseYaml(Buffer.from(given.text), MAX_LEXEMES);
    return { json: JSON.stringify(value), complaints };
  }
  const definition = RESOURCES.find((each) => resourceId(each) === given.resource);
  const request = { type: given.type, patch: JSON.parse(given.patch) as unknown };
  const patched = applyPatch(definition, JSON.parse(given.current) as KubeObject, request);
  return { json: JSON.stringify(patched), complaints: [] };
}

export function doHeavyWork(given: HeavyWork): HeavyResult {
  try {
    return work(given);
  } catch (error) {
    if (error instanceof StatusError) {
      const { reason, message, details } = error;
      return { reason, message, details };
    }
    throw error;
  }
}
