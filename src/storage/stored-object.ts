/**
 * One object as Postgres holds it: columns, and the body as canonical JSON text without resourceVersion.
 * The body always begins `{"apiVersion":…,"kind":…,"metadata":{`, so that the version is spliced in without a parse.
 */
import type { KubeObject } from '../values/object.ts';

/** Identifies a table of objects: `pods`, `deployments.apps`. The plural alone for the core group. */
export type ResourceId = string;

export interface StoredObject {
  readonly resource: ResourceId;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Global, monotonic; a safe integer (2^53 revisions at 20,000/s are 14,000 years). */
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Selectable and private index fields of the kind. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What it takes to show an object. */
export interface ObjectText extends Pick<StoredObject, 'body' | 'revision'> {
  /** The body as UTF-8, where it was read as that: sent on without being decoded and encoded. */
  readonly bytes?: Buffer;
}

const METADATA = '"metadata":{';
const METADATA_BYTES = Buffer.from(METADATA);

/**
 * Canonical body of an object: apiVersion, kind, metadata first; resourceVersion left out. `managedFields`: as text, last in
 * the metadata, of an object that has none itself.
 */
export function encodeBody(object: KubeObject, managedFields?: string): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { resourceVersion: _, ...meta } = metadata;
  if (managedFields === undefined) {
    return JSON.stringify({ apiVersion, kind, metadata: meta, ...rest });
  }
  const head = JSON.stringify({ apiVersion, kind, metadata: meta }).slice(0, -'}}'.length);
  const tail = JSON.stringify(rest).slice('{'.length);
  return `${head},"managedFields":${managedFields}}${tail === '}' ? '' : ','}${tail}`;
}

/**
 * The JSON text a client sees, resourceVersion spliced in. Metadata is never empty: name and uid are always there.
 * Revision 0 means never stored (a dry run's create): no resourceVersion, as Kubernetes answers.
 */
export function renderJson(stored: ObjectText): string {
  if (stored.revision === 0) {
    return stored.body;
  }
  const at = stored.body.indexOf(METADATA) + METADATA.length;
  return `${stored.body.slice(0, at)}"resourceVersion":"${stored.revision}",${stored.body.slice(at)}`;
}

/** What `renderJson` makes of the body's bytes, in parts. The revision is that of something stored. */
export function renderBytes(bytes: Buffer, revision: number): readonly [Buffer, string, Buffer] {
  const at = bytes.indexOf(METADATA_BYTES) + METADATA_BYTES.length;
  return [bytes.subarray(0, at), `"resourceVersion":"${revision}",`, bytes.subarray(at)];
}

/** A fresh, mutable copy, resourceVersion included. */
export function decodeObject<T extends KubeObject = KubeObject>(stored: ObjectText): T {
  const object = JSON.parse(stored.body) as T;
  if (stored.revision !== 0) {
    object.metadata.resourceVersion = String(stored.revision);
  }
  return object;
}
