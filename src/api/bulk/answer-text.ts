/** The line that answers an item. */
import type { StatusError } from '../../errors.ts';
import { renderJson, type StoredObject } from '../../registry/registry.ts';

export interface Named {
  readonly index: number;
  readonly id?: string | undefined;
}

const head = ({ index, id }: Named, code: number): string =>
  `{"index":${index}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},"code":${code}`;

/** From the columns: the body is not parsed. Revision 0 is a dry run's create, which has no version. */
function metadataOf({ name, namespace, uid, revision }: StoredObject): string {
  const metadata = {
    name,
    ...(namespace !== '' && { namespace }),
    uid,
    ...(revision !== 0 && { resourceVersion: String(revision) }),
  };
  return JSON.stringify({ metadata });
}

export interface Success {
  readonly code: 200 | 201;
  readonly object: StoredObject;
  readonly warnings: readonly string[];
}

export function successText(item: Named, { code, object, warnings }: Success, isWhole: boolean): string {
  const told = warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`;
  return `${head(item, code)}${told},"object":${isWhole ? renderJson(object) : metadataOf(object)}}\n`;
}

export const failureText = (item: Named, error: StatusError): string =>
  `${head(item, error.code)},"status":${JSON.stringify(error.toStatus())}}\n`;
