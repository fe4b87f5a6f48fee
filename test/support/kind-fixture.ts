/** A kind's hooks as the registry runs them, without a registry: decode, prepare, default, validate, print. */
import type { StatusCause } from '../../src/errors.ts';
import { decode } from '../../src/resources/decode.ts';
import type { ResourceDefinition } from '../../src/resources/define-resource.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import type { Loose } from './registry-fixture.ts';

export const KIND_NOW = Date.parse('2026-01-02T03:04:05Z');

const texts = (causes: readonly StatusCause[] = []): string[] =>
  causes.map(({ field, message }) => `${field}: ${message}`);

export function kindFixture(kind: string) {
  const found = RESOURCES.find((definition) => definition.kind === kind);
  if (found === undefined) {
    throw new Error(`no kind ${kind}`);
  }
  const definition: ResourceDefinition = found;
  const apiVersion = [definition.group, definition.version].filter((part) => part !== '').join('/');
  const completed = (body: object): Loose => {
    const { object } = decode(definition, { apiVersion, kind, ...body });
    definition.applyDefaults?.(object);
    return object as Loose;
  };
  return {
    definition,
    /** As on an update: decoded and with defaults. */
    completed,
    /** As on a create. */
    created(body: object): Loose {
      const { object } = decode(definition, { apiVersion, kind, ...body });
      definition.prepareForCreate?.(object, { now: KIND_NOW });
      definition.applyDefaults?.(object);
      return object as Loose;
    },
    /** `field: message` of every cause, metadata apart. */
    refusals: (body: object): string[] => texts(definition.validate?.(completed(body))),
    /** What only a create is asked, too. */
    createRefusals(body: object): string[] {
      const object = completed(body);
      return texts([...(definition.validate?.(object) ?? []), ...(definition.validateCreate?.(object) ?? [])]);
    },
    /** Of an update, as the registry runs it: prepared on what was stored, then both validations. */
    updateRefusals(body: object, stored: object): string[] {
      const { object } = decode(definition, { apiVersion, kind, ...body });
      const old = completed(stored);
      definition.prepareForUpdate?.(object, old, { now: KIND_NOW });
      definition.applyDefaults?.(object);
      return texts([
        ...(definition.validate?.(object, old) ?? []),
        ...(definition.validateUpdate?.(object, old) ?? []),
      ]);
    },
    warnings: (body: object): string[] => definition.warnings?.(completed(body)) ?? [],
    statusRefusals: (body: object, old: object): string[] =>
      texts(definition.validateStatusUpdate?.(completed(body), completed(old))),
    /** The row of `-o wide`, by column. */
    row: (body: object): Record<string, unknown> =>
      Object.fromEntries(definition.columns.map(({ name, cell }) => [name, cell(completed(body), { now: KIND_NOW })])),
  };
}
