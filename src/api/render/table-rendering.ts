/**
 * meta/v1 Table: what `kubectl get` prints. A kind's columns, one row an object.
 * Source: apiserver's handlers/response.go (asTable) and printers/tablegenerator.go.
 */
import { decodeObject, type ObjectText, renderJson } from '../../registry/registry.ts';
import type { Column, ResourceDefinition } from '../../resources/define-resource.ts';
import { describeColumn } from '../../resources/describe-column.ts';
import type { KubeObject } from '../../values/object.ts';
import type { MetaVersion } from '../http/negotiate.ts';
import { bookmarkMeta, partialObject } from './partial-rendering.ts';
import type { ListMeta, Rendering } from './rendering.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

function columnDefinition(definition: ResourceDefinition, column: Column): object {
  const { name, type, format = '', priority = 0 } = column;
  return { name, type, format, description: describeColumn(definition, column), priority };
}

/** Of each kind that was asked for so far. */
const definitionsOf = new WeakMap<ResourceDefinition, string>();

function columnDefinitions(definition: ResourceDefinition): string {
  let text = definitionsOf.get(definition);
  if (text === undefined) {
    text = JSON.stringify(definition.columns.map((column) => columnDefinition(definition, column)));
    definitionsOf.set(definition, text);
  }
  return text;
}

export interface TableOptions {
  readonly includeObject: IncludeObject;
  readonly metaVersion: MetaVersion;
  readonly now: () => number;
}

export function tableRendering(definition: ResourceDefinition, options: TableOptions): Rendering {
  const { includeObject, metaVersion, now } = options;
  const { columns } = definition;
  const head = `{"kind":"Table","apiVersion":"meta.k8s.io/${metaVersion}"`;

  const rowObject: Readonly<Record<IncludeObject, (stored: ObjectText, object: KubeObject) => string>> = {
    None: () => 'null',
    Metadata: (_stored, object) => JSON.stringify(partialObject(object.metadata, metaVersion)),
    Object: (stored) => renderJson(stored),
  };
  const row = (stored: ObjectText): string => {
    const object = decodeObject(stored);
    const context = { now: now() };
    const cells = JSON.stringify(columns.map(({ cell }) => cell(object, context)));
    return `{"cells":${cells},"object":${rowObject[includeObject](stored, object)}}`;
  };
  const opening =
    (ofColumns: string) =>
    (meta: Partial<ListMeta>): string =>
      `${head},"metadata":${JSON.stringify(meta)},"columnDefinitions":${ofColumns},"rows":[`;
  const ofOne = (open: ReturnType<typeof opening>): Pick<Rendering, 'single' | 'bookmark'> => ({
    single: (stored) => `${open({ resourceVersion: String(stored.revision) })}${row(stored)}]}`,
    bookmark(revision, annotations) {
      const object = partialObject(bookmarkMeta(revision, annotations), metaVersion);
      const cells = columns.map(() => '');
      return `${open({ resourceVersion: String(revision) })}${JSON.stringify({ cells, object })}]}`;
    },
  });
  const open = opening(columnDefinitions(definition));
  // As Go writes a list that is not there.
  return { ...ofOne(open), later: ofOne(opening('null')), open, item: row, close: ']}' };
}
