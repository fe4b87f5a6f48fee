/** Frames that carry objects: stored bodies are spliced into the text, never parsed. */

import type { WatchEvent } from '../../registry/registry.ts';
import { renderJson, type StoredObject } from '../../registry/registry.ts';

/** One page of the snapshot. `token` on the last page: the snapshot is whole, and changes go on from there. */
export function snapshotFrame(id: string, objects: readonly StoredObject[], token: string | undefined): string {
  const end = token === undefined ? '"last":false' : `"last":true,"token":${JSON.stringify(token)}`;
  return `{"type":"snapshot","id":${JSON.stringify(id)},${end},"objects":[${objects.map(renderJson).join(',')}]}`;
}

/** All that changed within one tick; `token` resumes after it. */
export function changesFrame(id: string, events: readonly WatchEvent[], token: string): string {
  const texts = events.map(({ type, object }) => `{"type":"${type}","object":${renderJson(object)}}`);
  const head = `{"type":"changes","id":${JSON.stringify(id)},"token":${JSON.stringify(token)}`;
  return `${head},"events":[${texts.join(',')}]}`;
}
