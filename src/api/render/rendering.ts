/**
 * render/: stored objects as the JSON texts that clients see, in the three shapes they may ask for. May import the
 * registry's and resources' contracts. Pure: never touches a request or a socket. A plain object is never parsed:
 * its stored text goes out as it is, the resourceVersion spliced in.
 */
import type { Listed, ObjectText } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { MetaVersion, Shape } from '../http/negotiate.ts';
import { objectRendering } from './object-rendering.ts';
import { partialRendering } from './partial-rendering.ts';
import { type IncludeObject, tableRendering } from './table-rendering.ts';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A list is `open(meta)`, its items joined by commas, then `close`. */
export interface Rendering {
  /** In a watch: of what comes after the first object, where that is told less of. */
  readonly later?: Pick<Rendering, 'single' | 'bookmark'>;
  single(stored: ObjectText): string;
  open(meta: ListMeta): string;
  item(stored: ObjectText): string;
  /** The item as it is to be sent, without a text being made of its bytes; undefined where that is not possible. */
  parts?(stored: ObjectText): readonly (string | Buffer)[] | undefined;
  readonly close: string;
  /** The object of a BOOKMARK event. `annotations` mark the end of the initial events. */
  bookmark(revision: number, annotations?: Readonly<Record<string, string>>): string;
}

export interface RenderingOptions {
  readonly shape: Shape;
  readonly includeObject: IncludeObject;
  readonly metaVersion: MetaVersion;
  /** Wall time, for ages. */
  readonly now: () => number;
}

export function renderingFor(definition: ResourceDefinition, options: RenderingOptions): Rendering {
  const { shape, includeObject, metaVersion, now } = options;
  const shapes: Readonly<Record<Shape, () => Rendering>> = {
    object: () => objectRendering(definition),
    partial: () => partialRendering(metaVersion),
    table: () => tableRendering(definition, { includeObject, metaVersion, now }),
  };
  return shapes[shape]();
}

export const listMeta = ({ revision, continue: token, remaining }: Omit<Listed, 'items'>): ListMeta => ({
  resourceVersion: String(revision),
  ...(token === undefined ? {} : { continue: token }),
  ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
});
