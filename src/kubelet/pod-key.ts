/** Keys of due work: `node/<name>` and `pod/<namespace>/<name>/<uid>`. The uid keeps namesakes apart. */
export interface PodKey {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** As it came with the key. */
  readonly note?: string;
}

export const nodeKey = (name: string): string => `node/${name}`;
export const podKey = (namespace: string, name: string, uid: string): string => `pod/${namespace}/${name}/${uid}`;

export const nodeNameOf = (key: string): string | undefined => (key.startsWith('node/') ? key.slice(5) : undefined);

export function parsePodKey(key: string, note?: string): PodKey | undefined {
  const [kind, namespace, name, uid] = key.split('/');
  return kind === 'pod' && namespace !== undefined && name !== undefined && uid !== undefined
    ? { key, namespace, name, uid, ...(note === undefined ? {} : { note }) }
    : undefined;
}
