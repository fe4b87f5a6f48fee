import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import type { CriClient } from './cri/client.ts';
import { criImageStore } from './cri/image-store.ts';
import { dockerImageStore } from './docker/image-store.ts';

it('of a CRI keeps what containers were made from, what is pinned, and sandboxes', async () => {
  const image = (id: string, tag: string, more: object = {}) => ({ id, repo_tags: [tag], repo_digests: [], ...more });
  const answers: Record<string, object> = {
    ImageFsInfo: { image_filesystems: [{ fs_id: { mountpoint: '/' } }] },
    ListImages: {
      images: [
        image('sha256:1', 'by-id:1'),
        image('sha256:2', 'by-name:1'),
        image('sha256:3', 'registry.k8s.io/pause:3.10'),
        image('sha256:4', 'pinned:1', { pinned: true }),
        image('sha256:5', 'unused:1'),
      ],
    },
    ListContainers: {
      containers: [
        { image: null, image_ref: 'sha256:1' },
        { image: { image: 'by-name:1' }, image_ref: '' },
      ],
    },
  };
  const store = criImageStore({ call: async (method: string) => answers[method] } as unknown as CriClient);
  expect((await store.used('n')).filter((name) => name.includes(':1') || name.includes('pause'))).toEqual([
    ...['sha256:1', 'by-id:1', 'by-name:1', 'registry.k8s.io/pause:3.10', 'pinned:1'],
  ]);
  expect(await store.used('n')).not.toContain('sha256:5');
  const { capacity = 0, available = 0 } = (await store.disk('n')) ?? {};
  expect(capacity).toBeGreaterThan(available);
});

it('of Docker keeps what any container was made from, also one that has ended, and what holds the namespaces', async () => {
  const docker = {
    info: async () => ({ DockerRootDir: '/' }),
    listImages: async () => [
      { Id: 'sha256:1', RepoTags: ['a:1'], RepoDigests: ['a@sha256:9'] },
      { Id: 'sha256:2', RepoTags: ['b:1'] },
      { Id: 'sha256:3', RepoTags: ['pause:1'] },
    ],
    listContainers: async ({ all }: { all: boolean }) => (all ? [{ ImageID: 'sha256:1' }] : []),
  } as unknown as Docker;
  const store = dockerImageStore(docker, (work) => work as never, 'pause:1');
  expect(await store.used('n')).toEqual(['sha256:1', 'a:1', 'a@sha256:9', 'sha256:3', 'pause:1']);
  expect((await store.disk('n'))?.capacity).toBeGreaterThan(0);
});
