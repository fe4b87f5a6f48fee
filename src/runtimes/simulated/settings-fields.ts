/** How the simulation annotation's fields are checked and refused. */
import { RuntimeError } from '../runtime.ts';

export const SIMULATION_ANNOTATION = 'fleet.flotilla.dev/simulation';

export const refuse = (path: string, why: string): RuntimeError =>
  new RuntimeError('CreateContainer', `annotation ${SIMULATION_ANNOTATION}: ${path}${path === '' ? '' : ': '}${why}`);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws with the field's path. */
type Check = (value: unknown, path: string) => void;

export const number =
  (min: number, max: number): Check =>
  (value, path) => {
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw refuse(path, `must be a number from ${min} to ${max}`);
    }
  };

export const message: Check = (value, path) => {
  if (typeof value !== 'string' || value === '') {
    throw refuse(path, 'must be a message');
  }
};

export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') {
    throw refuse(path, 'must be true or false');
  }
};

/** An object with these fields and no other, each of them optional. */
export const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isRecord(value)) {
      throw refuse(path, 'must be an object');
    }
    for (const [name, field] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`;
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) {
        throw refuse(at, 'unknown field');
      }
      check(field, at);
    }
  };
