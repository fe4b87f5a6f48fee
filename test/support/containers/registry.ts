/** A registry of images for tests: the pulls of the OCI distribution API over plain HTTP, for those who know its password. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { busyboxLayer, configBytes, sha256 } from './image-tar.ts';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const [CONFIG, LAYER] = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
];

export interface TestRegistry {
  /** `host:port`, as image names begin. */
  readonly host: string;
  /** `host:port/private/busybox:1`. */
  readonly image: string;
  readonly username: string;
  readonly password: string;
  /** From now on nobody is answered, until it is released. */
  hold(): HeldRegistry;
  close(): Promise<void>;
}

export interface HeldRegistry {
  /** Who waits for an answer. */
  waiting(): number;
  release(): void;
}

interface Blob {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The image's parts by digest, its manifest by tag too. */
async function busyboxBlobs(): Promise<ReadonlyMap<string, Blob>> {
  const tar = await busyboxLayer();
  const layer = { type: LAYER, bytes: gzipSync(tar) };
  const config = { type: CONFIG, bytes: configBytes(tar, { Cmd: ['/bin/sh'] }) };
  const describe = ({ type, bytes }: Blob) => ({ mediaType: type, size: bytes.length, digest: digestOf(bytes) });
  const parts = { schemaVersion: 2, mediaType: MANIFEST, config: describe(config), layers: [describe(layer)] };
  const manifest = { type: MANIFEST, bytes: Buffer.from(JSON.stringify(parts)) };
  return new Map([
    ...[layer, config, manifest].map((blob) => [digestOf(blob.bytes), blob] as const),
    ['1', manifest] as const,
  ]);
}

const digestOf = (bytes: Uint8Array): string => `sha256:${sha256(bytes)}`;
const PATH = /^\/v2\/private\/busybox\/(?:manifests|blobs)\/([\w:]+)$/;

/** On the address under which the daemon reaches the test. */
export async function startRegistry(address: string): Promise<TestRegistry> {
  const [username, password] = ['puller', `secret-${process.pid}-${Math.random().toString(36).slice(2)}`];
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const blobs = await busyboxBlobs();
  const answer = ({ url = '', method, headers }: IncomingMessage, response: ServerResponse): void => {
    if (headers.authorization !== expected) {
      const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }];
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"', 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors }));
      return;
    }
    const blob = blobs.get(PATH.exec(url)?.[1] ?? '');
    if (blob === undefined) {
      response.writeHead(url === '/v2/' ? 200 : 404).end();
      return;
    }
    const { type, bytes } = blob;
    const about = { 'content-type': type, 'content-length': bytes.length, 'docker-content-digest': digestOf(bytes) };
    response.writeHead(200, about).end(method === 'HEAD' ? undefined : bytes);
  };
  let held: (() => void)[] | undefined;
  const server = createServer((request, response) => {
    if (held === undefined) {
      answer(request, response);
    } else {
      held.push(() => answer(request, response));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    ...{ host, image: `${host}/private/busybox:1`, username, password },
    hold() {
      const own: (() => void)[] = [];
      held = own;
      return {
        waiting: () => own.length,
        release() {
          held = undefined;
          for (const go of own.splice(0)) {
            go();
          }
        },
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
