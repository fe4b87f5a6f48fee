/**
 * Which form of an answer the Accept header asks for: the object itself, a Table, or its metadata alone; JSON or YAML.
 * Source: apiserver's handlers/negotiation/negotiate.go and handlers/response.go.
 */
import { JSON_TYPE, type MediaType, notAcceptable, parseMediaType, YAML_TYPE } from './media-type.ts';

export type Shape = 'object' | 'table' | 'partial';
export interface Representation {
  readonly shape: Shape;
  readonly format: 'json' | 'yaml';
}

const PLAIN: Representation = { shape: 'object', format: 'json' };
const META_GROUP = 'meta.k8s.io';
const META_VERSIONS: readonly string[] = ['v1', 'v1beta1'];
const SHAPES: Readonly<Record<string, Shape>> = {
  Table: 'table',
  PartialObjectMetadata: 'partial',
  PartialObjectMetadataList: 'partial',
};
const FORMATS: Readonly<Record<string, Representation['format']>> = {
  [JSON_TYPE]: 'json',
  [YAML_TYPE]: 'yaml',
  'application/*': 'json',
  '*/*': 'json',
};
/** No header of a sane client has more; the rest is not looked at. */
const MAX_CLAUSES = 64;

/** undefined: a transformation we do not know, the clause does not count. */
function shapeOf({ params }: MediaType): Shape | undefined {
  const as = params.get('as');
  if (as === undefined) {
    return 'object';
  }
  const known = params.get('g') === META_GROUP && META_VERSIONS.includes(params.get('v') ?? '');
  return known && Object.hasOwn(SHAPES, as) ? SHAPES[as] : undefined;
}

function quality({ params }: MediaType): number {
  const q = Number(params.get('q') ?? '1');
  return q >= 0 && q <= 1 ? q : 0;
}

function representationOf(clause: MediaType): Representation | undefined {
  const format = Object.hasOwn(FORMATS, clause.type) ? FORMATS[clause.type] : undefined;
  const shape = shapeOf(clause);
  return format === undefined || shape === undefined ? undefined : { shape, format };
}

export interface NegotiateOptions {
  /** false: JSON only (a watch). */
  readonly yaml?: boolean;
  readonly shapes?: readonly Shape[];
}

const ALL_SHAPES: readonly Shape[] = ['object', 'table', 'partial'];

/** Throws 406 when nothing that is asked for can be made. */
export function negotiate(accept: string | undefined, options: NegotiateOptions = {}): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === JSON_TYPE) {
    return PLAIN;
  }
  const { yaml = true, shapes = ALL_SHAPES } = options;
  const clauses = accept.split(',', MAX_CLAUSES).map(parseMediaType);
  const ranked = clauses.filter((clause) => quality(clause) > 0).sort((a, b) => quality(b) - quality(a));
  for (const clause of ranked) {
    const found = representationOf(clause);
    if (found !== undefined && shapes.includes(found.shape) && (yaml || found.format === 'json')) {
      return found;
    }
  }
  throw notAcceptable(yaml ? [JSON_TYPE, YAML_TYPE] : [JSON_TYPE, `${JSON_TYPE};stream=watch`]);
}
