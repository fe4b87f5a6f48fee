/** Images of a registry that asks who pulls. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry, type TestRegistry } from '../../support/containers/registry.ts';
import { until } from '../../support/until.ts';
import { untilPrinted } from '../../support/until-printed.ts';
import { FOREVER, type PodBench } from './pod-bench.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function imagePulls(bench: PodBench): void {
  describe('an image of a registry that asks who pulls', () => {
    let registry: TestRegistry;
    beforeAll(async () => {
      registry = await startRegistry(bench.daemon.hostAddress);
      await bench.daemon.trustRegistry(registry.host);
    });
    afterAll(() => registry?.close());

    const secret = async (name: string, password: string): Promise<void> => {
      const auths = { [registry.host]: { username: registry.username, password } };
      await bench.kubectl.apply({
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/dockerconfigjson' },
        data: { '.dockerconfigjson': base64(JSON.stringify({ auths })) },
      });
    };
    const puller = (name: string, ...secrets: string[]) => {
      const imagePullSecrets = secrets.map((one) => ({ name: one }));
      return bench.kubectl.apply(bench.pod(name, FOREVER, { image: registry.image }, { imagePullSecrets }));
    };
    const waiting = (name: string) => bench.field(name, '{.status.containerStatuses[0].state.waiting}');

    it('is refused without a secret and with a wrong one, and runs with the right one', async () => {
      await secret('wrong', 'not-this-one');
      await secret('right', registry.password);
      await puller('nobody');
      await puller('stranger', 'wrong');
      for (const name of ['nobody', 'stranger']) {
        await until(async () => (await waiting(name)).includes('ErrImagePull'));
        // Events are written behind the status.
        const events = await until(async () => {
          const told = await bench.events(name);
          return told.includes('Error: ErrImagePull') && told;
        });
        expect(events).toMatch(
          /Failed to pull image ".*\/private\/busybox:1": .*(401 Unauthorized|authorization failed|no basic auth credentials|: unauthorized$)/m,
        );
      }
      await until(async () => (await waiting('nobody')).includes('ImagePullBackOff'));
      expect(await waiting('nobody')).toMatch(/Back-off pulling image .*: ErrImagePull: /);
      await puller('friend', 'wrong', 'right');
      await bench.ready('friend');
      await untilPrinted(() => bench.events('friend'), `Successfully pulled image "${registry.image}"`);
      expect(await bench.field('friend', '{.status.containerStatuses[0].imageID}')).toContain('@sha256:');
    });

    it('its password is in no log and no event', async () => {
      const told = [
        bench.flotilla.output,
        await bench.kubectl.run('get', 'events', '-o=yaml'),
        await bench.kubectl.run('get', 'pods', '-o=yaml'),
      ].join('\n');
      const auth = base64(`${registry.username}:${registry.password}`);
      for (const word of [registry.password, 'not-this-one', auth, base64(registry.password)]) {
        expect(told).not.toContain(word);
      }
      await bench.kubectl.run('delete', 'pod', 'nobody', 'stranger', 'friend', '--timeout=60s');
    });
  });
}
