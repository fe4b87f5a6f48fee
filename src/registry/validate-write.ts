/**
 * The rules that a write must meet, and what is warned of. A long object is looked at in another thread: lists of 49,000
 * mistakes, each found and told of, held this one for 300 to 800 ms.
 */
import { invalid, type StatusCause } from '../errors.ts';
import { validateMetadata } from '../resources/validate-metadata.ts';
import type { KubeObject } from '../values/object.ts';
import type { Kind } from './context.ts';
import type { Elsewhere, ToValidate } from './elsewhere.ts';
import type { WriteOptions } from './registry.ts';
import { scopeOf, type UpdateScopeName } from './update-scope.ts';

function refuseInvalid({ definition: { group, kind } }: Kind, name: string, causes: readonly StatusCause[]): void {
  if (causes.length > 0) {
    throw invalid({ group, kind }, name, causes);
  }
}

/** Throws Invalid; answers warnings. */
export function validateNew(kind: Kind, object: KubeObject): readonly string[] {
  const { definition } = kind;
  refuseInvalid(kind, object.metadata.name ?? '', [
    ...validateMetadata(definition, object),
    ...(definition.validate?.(object) ?? []),
    ...(definition.validateCreate?.(object) ?? []),
  ]);
  return definition.warnings?.(object) ?? [];
}

/** Throws Invalid; answers warnings. */
export function validateChanged(
  kind: Kind,
  scope: UpdateScopeName,
  object: KubeObject,
  old: KubeObject,
): readonly string[] {
  refuseInvalid(kind, old.metadata.name ?? '', scopeOf(kind, scope).validate(kind, object, old));
  return scope === 'main' ? (kind.definition.warnings?.(object, old) ?? []) : [];
}

/** Characters: of the objects that people write, few are longer, and 400 containers without a name are checked in 3 ms. */
const LONG = 50_000;

/** `validate` does it here. `user`: whose write it is. */
export async function validateWhereBest(
  elsewhere: Elsewhere | undefined,
  { user }: Pick<WriteOptions, 'user'>,
  given: ToValidate,
  validate: () => readonly string[],
): Promise<readonly string[]> {
  const isLong = given.object.length > LONG || (given.update?.old.length ?? 0) > LONG;
  return isLong && elsewhere !== undefined ? elsewhere.validate(given, user?.username) : validate();
}
