/** JSON as data: what the patches share. */
import type { Json, JsonObject } from './object.ts';

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What encoding/json calls a value in its errors. */
export const jsonTypeName = (value: unknown): string =>
  value === null || Array.isArray(value) ? (value === null ? 'null' : 'array') : goName(typeof value);

const goName = (type: string): string => (type === 'boolean' ? 'bool' : type);
