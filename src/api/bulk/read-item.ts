/** One line as an item. */
import { Ajv } from 'ajv';
import { badRequest, StatusError } from '../../errors.ts';
import type { PatchType } from '../../registry/registry.ts';
import type { ParseElsewhere } from '../http/parse-bytes.ts';
import { parseJson } from '../http/parse-json.ts';
import { ITEM_SCHEMAS } from './item-schemas.ts';
import { type Line, TOO_LONG } from './split-lines.ts';

interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}
interface ItemBase {
  readonly id?: string;
}
export interface CreateItem extends ItemBase {
  readonly op: 'create';
  /** Emptied once it is being created, so that a long body can be collected. */
  object: Readonly<Record<string, unknown>>;
}
export interface UpdateItem extends ItemBase {
  readonly op: 'update';
  readonly object: Readonly<Record<string, unknown>>;
  readonly subresource?: 'status';
}
export interface PatchItem extends ItemBase, Target {
  readonly op: 'patch';
  readonly type: PatchType;
  readonly patch: unknown;
  readonly subresource?: 'status';
}
export interface DeleteItem extends ItemBase, Target {
  readonly op: 'delete';
  readonly options?: Readonly<Record<string, unknown>>;
}
export type Item = CreateItem | UpdateItem | PatchItem | DeleteItem;

/** `id` also where the rest of the line is wrong, so that the answer finds its item. */
export type ReadItem = { readonly item: Item } | { readonly error: StatusError; readonly id?: string };

const ajv = new Ajv({ keywords: ['x-kubernetes-preserve-unknown-fields'] });
const VALIDATORS = new Map(
  Object.entries(ITEM_SCHEMAS).map(([op, schema]) => [op, ajv.compile({ ...schema, additionalProperties: false })]),
);
const OPERATIONS = [...VALIDATORS.keys()].join(', ');

const tooLarge = (limit: number): StatusError =>
  new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${limit}`, {});

function checkItem(value: unknown): Item {
  const op = typeof value === 'object' && value !== null && 'op' in value ? value.op : undefined;
  const validate = typeof op === 'string' ? VALIDATORS.get(op) : undefined;
  if (validate === undefined) {
    throw badRequest(`the item must be an object whose "op" is one of ${OPERATIONS}`);
  }
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    const property: unknown = first?.params['additionalProperty'];
    const why =
      typeof property === 'string'
        ? `unknown field ${JSON.stringify(property)}`
        : ajv.errorsText([first ?? {}] as never, { dataVar: String(op) });
    throw badRequest(`the item is not valid: ${why}`);
  }
  return value as unknown as Item;
}

const idOf = (value: unknown): { readonly id?: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? { id: value.id } : {};

/** Bytes: longer lines are parsed in another thread. */
const LONG_LINE = 100_000;

/** `parseElsewhere`: absent, all are parsed here. */
export async function readItem(line: Line, maxBytes: number, parseElsewhere?: ParseElsewhere): Promise<ReadItem> {
  if (line === TOO_LONG) {
    return { error: tooLarge(maxBytes) };
  }
  let value: unknown;
  try {
    const isLong = line.length > LONG_LINE && parseElsewhere !== undefined;
    const parsed = isLong ? await parseElsewhere('json', line) : parseJson(line);
    value = parsed.value;
    const [twice] = parsed.complaints;
    if (twice !== undefined) {
      throw badRequest(`the item is not valid: ${twice}`);
    }
    return { item: checkItem(value) };
  } catch (error) {
    if (error instanceof StatusError) {
      return { error, ...idOf(value) };
    }
    throw error;
  }
}
