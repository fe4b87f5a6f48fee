/** What is served in more than one form or by an older path: events, autoscalers, APIServices, `/watch/`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { deploymentManifest, podManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

describe.skipIf(missing !== undefined)(modeTitle('other forms'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `forms-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('autoscale makes an autoscaler that both versions show', async () => {
      await kubectl.apply(deploymentManifest('web', namespace, 1));
      expect(await run('autoscale', 'deployment', 'web', '--max=5', '--min=2', '--cpu-percent=70')).toContain(
        'web autoscaled',
      );
      expect(await run('get', 'hpa', 'web')).toMatch(/^web +Deployment\/web +cpu: <unknown>\/70% +2 +5 +0 /m);
      const path = '-o=jsonpath={.apiVersion} {.spec.targetCPUUtilizationPercentage}';
      expect(await run('get', 'horizontalpodautoscalers.v1.autoscaling', 'web', path)).toBe('autoscaling/v1 70');
      expect(
        await run(
          'get',
          'horizontalpodautoscalers.v2.autoscaling',
          'web',
          '-o=jsonpath={.spec.metrics[0].resource.name}',
        ),
      ).toBe('cpu');
      await run(
        'patch',
        'horizontalpodautoscalers.v1.autoscaling',
        'web',
        '--type=merge',
        '-p',
        '{"spec":{"maxReplicas":7}}',
      );
      expect(await run('get', 'hpa', 'web', '-o=jsonpath={.spec.maxReplicas}')).toBe('7');
      expect(await run('explain', 'hpa.spec.targetCPUUtilizationPercentage', '--api-version=autoscaling/v1')).toMatch(
        /FIELD: targetCPUUtilizationPercentage <integer>/,
      );
    });

    it('events of events.k8s.io are those of core', async () => {
      await kubectl.apply(podManifest('seen', namespace));
      await run('wait', '--for=condition=Ready', 'pod/seen', '--timeout=30s');
      const regarding = ['--field-selector=regarding.name=seen', '-o=jsonpath={.items[*].reason}'];
      await until(async () => (await run('get', 'events.events.k8s.io', ...regarding)).includes('Started'));
      const involved = ['--field-selector=involvedObject.name=seen', '-o=jsonpath={.items[*].reason}'];
      expect((await run('get', 'events', ...involved)).split(' ').sort()).toEqual(
        (await run('get', 'events.events.k8s.io', ...regarding)).split(' ').sort(),
      );
      expect(await run('get', 'events.v1.events.k8s.io')).toMatch(
        /Normal +Scheduled +pod\/seen +Successfully assigned/,
      );
    });

    it('every group-version has an APIService, and nobody changes it', async () => {
      const table = await kubectl.run('get', 'apiservices');
      expect(table).toMatch(/^v1\. +Local +True +\S+$/m);
      expect(table).toMatch(/^v1\.events\.k8s\.io +Local +True /m);
      const versions = (await kubectl.run('api-versions')).trim().split('\n').sort();
      const services = (await kubectl.run('get', 'apiservices', '-o=jsonpath={.items[*].metadata.name}')).split(' ');
      const named = services.map((name) =>
        name.replace(/^([^.]+)\.(.*)$/, (_, version, group) => (group === '' ? version : `${group}/${version}`)),
      );
      expect(named.sort()).toEqual(versions);
      const { stderr } = await kubectl.outcome(['delete', 'apiservice', 'v1.apps']);
      expect(stderr).toContain('the server does not allow this method on the requested resource');
    });

    it('the old watch paths stream', async () => {
      const watching = kubectl.start([
        'get',
        '--raw',
        `/api/v1/watch/namespaces/${namespace}/pods/seen?timeoutSeconds=30`,
      ]);
      await watching.printed((text) => text.includes('"type":"ADDED"'));
      await run('label', 'pod', 'seen', 'looked=at');
      await watching.printed((text) => text.includes('"type":"MODIFIED"') && text.includes('"looked":"at"'));
      await watching.stop();
    });
  });
});
