/** The entries of a ConfigMap or Secret as files. Source: pkg/volume/configmap, pkg/volume/secret, MakePayload. */
import type { VolumeFile } from '../../../runtimes/runtime.ts';
import type { KubeObject } from '../../../values/object.ts';
import { FILE_MODE, type KeysSource, MountError, type VolumeContext } from '../volume.ts';

interface Entries extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

const KINDS = {
  configmaps: { name: 'configmap', missingKey: 'configmap references non-existent config key' },
  secrets: { name: 'secret', missingKey: 'references non-existent secret key' },
} as const;

/** Throws MountError for what is required and missing. */
export async function readKeys(
  id: keyof typeof KINDS,
  { name = '', items, optional = false, defaultMode = FILE_MODE }: KeysSource,
  { readConfig }: VolumeContext,
): Promise<VolumeFile[]> {
  const object = (await readConfig(id, name)) as Entries | undefined;
  if (object === undefined && !optional) {
    throw new MountError(`${KINDS[id].name} "${name}" not found`);
  }
  const entries = entriesOf(id, object);
  if (items === undefined) {
    return [...entries].map(([path, content]) => ({ path, content, mode: defaultMode }));
  }
  return items.flatMap(({ key, path, mode = defaultMode }) => {
    const content = entries.get(key);
    if (content === undefined && !optional) {
      throw new MountError(`${KINDS[id].missingKey}: ${key}`);
    }
    return content === undefined ? [] : [{ path, content, mode }];
  });
}

function entriesOf(id: keyof typeof KINDS, { data = {}, binaryData = {} }: Partial<Entries> = {}): Map<string, Buffer> {
  const encoding = id === 'secrets' ? 'base64' : 'utf8';
  return new Map([
    ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)] as const),
    ...Object.entries(binaryData).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
  ]);
}
