/**
 * Which form of an answer the Accept header asks for: the object itself, a Table, or its metadata alone; JSON, YAML or
 * protobuf. Source: apiserver's handlers/negotiation/negotiate.go and handlers/response.go.
 */
import { JSON_TYPE, type MediaType, notAcceptable, PROTOBUF_TYPE, parseMediaType, YAML_TYPE } from './media-type.ts';

export type Shape = 'object' | 'table' | 'partial';
export type MetaVersion = 'v1' | 'v1beta1';
export interface Representation {
  readonly shape: Shape;
  readonly format: 'json' | 'yaml' | 'protobuf';
  /** Of meta.k8s.io, for the shapes that are of that group. */
  readonly metaVersion: MetaVersion;
}

const PLAIN: Representation = { shape: 'object', format: 'json', metaVersion: 'v1' };
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
  [PROTOBUF_TYPE]: 'protobuf',
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
  const metaVersion = clause.params.get('v') === 'v1beta1' ? 'v1beta1' : 'v1';
  return format === undefined || shape === undefined ? undefined : { shape, format, metaVersion };
}

export interface NegotiateOptions {
  /** A watch: one of the forms that come in a stream, which YAML is not. */
  readonly isStream?: boolean;
  readonly shapes?: readonly Shape[];
  /** The shapes that there are in protobuf: none of a kind that has no such form, and never a Table. */
  readonly protobuf?: readonly Shape[];
}

const ALL_SHAPES: readonly Shape[] = ['object', 'table', 'partial'];

/** What is named counts before what is left open, as in goautoneg. */
const openness = ({ type }: MediaType): number => (type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0);

const byRank = (a: MediaType, b: MediaType): number => quality(b) - quality(a) || openness(a) - openness(b);

function offeredTypes({ isStream = false, protobuf = [] }: NegotiateOptions): string[] {
  const types = [JSON_TYPE, YAML_TYPE, ...(protobuf.includes('object') ? [PROTOBUF_TYPE] : [])];
  return isStream ? types.filter((type) => type !== YAML_TYPE).map((type) => `${type};stream=watch`) : types;
}

/** Throws 406 when nothing that is asked for can be made. */
export function negotiate(accept: string | undefined, options: NegotiateOptions = {}): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === JSON_TYPE) {
    return PLAIN;
  }
  const { isStream = false, shapes = ALL_SHAPES, protobuf = [] } = options;
  // Messages of v1beta1 number their fields otherwise.
  const inProtobuf = ({ shape, metaVersion }: Representation): boolean =>
    metaVersion === 'v1' && protobuf.includes(shape);
  const isMade = (wanted: Representation): boolean =>
    shapes.includes(wanted.shape) &&
    (wanted.format === 'json' || (wanted.format === 'yaml' ? !isStream : inProtobuf(wanted)));
  const clauses = accept.split(',', MAX_CLAUSES).map(parseMediaType);
  for (const clause of clauses.filter((each) => quality(each) > 0).sort(byRank)) {
    const found = representationOf(clause);
    if (found !== undefined && isMade(found)) {
      return found;
    }
  }
  throw notAcceptable(offeredTypes(options));
}

const OBJECT_ONLY: readonly Shape[] = ['object'];

/** Of an object that is no kind's, as a Status or a Scale, all of which have every format. Throws 406. */
export const negotiateFormat = (accept: string | undefined): Representation['format'] =>
  negotiate(accept, { shapes: OBJECT_ONLY, protobuf: OBJECT_ONLY }).format;
