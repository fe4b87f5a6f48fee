/** The form in which a request wants its answer, from Accept and `includeObject`. */
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../errors.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { hasProtobufForm } from '../../resources/protobuf/encode-protobuf.ts';
import type { Clock } from '../../timing/clock.ts';
import { firstValue, type Query } from '../query.ts';
import { type Rendering, renderingFor } from '../render/rendering.ts';
import type { IncludeObject } from '../render/table-rendering.ts';
import { type NegotiateOptions, negotiate, type Representation } from './negotiate.ts';

export interface View {
  /** Equal for views that render alike, within a kind. */
  readonly name: string;
  readonly rendering: Rendering;
  readonly format: Representation['format'];
  readonly shape: Representation['shape'];
}

const INCLUDES: readonly string[] = ['None', 'Metadata', 'Object'];

function readIncludeObject(query: Query): IncludeObject {
  const include = firstValue(query, 'includeObject') ?? '';
  if (include !== '' && !INCLUDES.includes(include)) {
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
  }
  return include === '' ? 'Metadata' : (include as IncludeObject);
}

const WITH_OBJECT: readonly Representation['shape'][] = ['object', 'partial'];
const WITHOUT_OBJECT: readonly Representation['shape'][] = ['partial'];

const protobufShapes = ({ group, version, kind }: ResourceDefinition): readonly Representation['shape'][] =>
  hasProtobufForm(group === '' ? version : `${group}/${version}`, kind) ? WITH_OBJECT : WITHOUT_OBJECT;

/** Throws 406 and 400. Asked before a write is made: a refused answer must not follow a change. */
export function viewOf(
  request: FastifyRequest,
  definition: ResourceDefinition,
  clock: Clock,
  options: Pick<NegotiateOptions, 'isStream'> = {},
): View {
  const protobuf = protobufShapes(definition);
  const { shape, format, metaVersion } = negotiate(request.headers.accept, { ...options, protobuf });
  const includeObject = shape === 'table' ? readIncludeObject(request.query as Query) : 'Metadata';
  const rendering = renderingFor(definition, { shape, includeObject, metaVersion, now: () => clock.now() });
  return { name: `${shape} ${includeObject} ${metaVersion}`, rendering, format, shape };
}
