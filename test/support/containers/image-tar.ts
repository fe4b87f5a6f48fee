/** One `docker save` tar with images made of busybox-static alone, so that nothing is fetched from anywhere. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packTar } from 'modern-tar';

export const BUSYBOX = '/usr/bin/busybox';
export const PAUSE_IMAGE = 'flotilla.test/pause:1';
export const BUSYBOX_IMAGE = 'flotilla.test/busybox:1';

/** The applets that tests use; busybox does each by the name it is called by. */
const APPLETS =
  'sh cat echo sleep ls tar head tail wget nc httpd id hostname env printf true false test mkdir rm chmod stat ps kill seq dd tee touch mount nslookup date pwd ln cp wc grep sync stty df find tr'.split(
    ' ',
  );

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Config {
  readonly Cmd: readonly string[];
  readonly User?: string;
}

/** `bytes` of the whole tar. */
export async function imageTar(): Promise<Uint8Array> {
  const layer = await busyboxLayer();
  const images = [
    {
      tag: PAUSE_IMAGE,
      config: { Cmd: ['/bin/sh', '-c', "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done"] },
    },
    { tag: BUSYBOX_IMAGE, config: { Cmd: ['/bin/sh'] } },
  ].map(({ tag, config }) => ({ tag, config: configBytes(layer, config) }));
  const layerName = `${sha256(layer)}.tar`;
  const manifest = images.map(({ tag, config }) => ({
    Config: `${sha256(config)}.json`,
    RepoTags: [tag],
    Layers: [layerName],
  }));
  const file = (name: string, body: Uint8Array) => ({ header: { name, size: body.length, mode: 0o644 }, body });
  return packTar([
    ...images.map(({ config }) => file(`${sha256(config)}.json`, config)),
    file(layerName, layer),
    file('manifest.json', Buffer.from(JSON.stringify(manifest))),
  ]);
}

export const configBytes = (layer: Uint8Array, config: Config): Buffer =>
  Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'], WorkingDir: '/', ...config },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created_by: 'flotilla test' }],
    }),
  );

let made: Promise<Uint8Array> | undefined;

export function busyboxLayer(): Promise<Uint8Array> {
  const busybox = readFileSync(BUSYBOX);
  const folder = (name: string, mode = 0o755) => ({ header: { name, size: 0, mode, type: 'directory' as const } });
  const text = (name: string, body: string) => ({ header: { name, size: body.length, mode: 0o644 }, body });
  made ??= packTar([
    ...['bin/', 'etc/', 'dev/', 'proc/', 'sys/', 'root/'].map((name) => folder(name)),
    folder('tmp/', 0o1777),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'),
    text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    { header: { name: 'bin/busybox', size: busybox.length, mode: 0o755 }, body: busybox },
    ...APPLETS.map((name) => ({
      header: { name: `bin/${name}`, size: 0, mode: 0o777, type: 'symlink' as const, linkname: 'busybox' },
    })),
  ]);
  return made;
}
