import { badRequest } from '../errors.ts';

/** Refuses a body that is not a JSON object, for the small bodies that no kind's schema decodes (Scale, Binding). */
export function asObject(input: unknown, kind: string, saidBefore = ''): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const what = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
    throw badRequest(`${saidBefore}json: cannot unmarshal ${what} into Go value of type ${kind}`);
  }
  return input as Record<string, unknown>;
}
