/** What stands around every body: a magic number, then runtime.Unknown. Source: apimachinery's serializer/protobuf. */
import { LENGTH_DELIMITED, newWriter, tagOf } from './wire.ts';

export const MAGIC: readonly number[] = [0x6b, 0x38, 0x73, 0];

const TYPE_META = tagOf(1, LENGTH_DELIMITED);
const API_VERSION = tagOf(1, LENGTH_DELIMITED);
const KIND = tagOf(2, LENGTH_DELIMITED);
const RAW = tagOf(2, LENGTH_DELIMITED);
/** contentEncoding and contentType, which Go writes though they are empty. */
const ENDING = Buffer.from([tagOf(3, LENGTH_DELIMITED), 0, tagOf(4, LENGTH_DELIMITED), 0]);

/** The message stands between the two parts; `bytes` is its length. */
export function envelopeParts(apiVersion: string, kind: string, bytes: number): readonly [Uint8Array, Uint8Array] {
  const writer = newWriter();
  writer.uint32(TYPE_META).fork();
  writer.uint32(API_VERSION).string(apiVersion).uint32(KIND).string(kind);
  writer.ldelim().uint32(RAW).uint32(bytes);
  return [Buffer.concat([Buffer.from(MAGIC), writer.finish()]), ENDING];
}
