/** What every cluster has by itself, and what it gives to services. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

const TEXT = 'jsonpath={.data.ca\\.crt}';

describe.skipIf(missing !== undefined)(modeTitle('own objects'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `own-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const refusal = async (...args: string[]) => (await kubectl.outcome(['-n', namespace, ...args])).stderr;
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('every namespace knows whom to trust, whatever is done to it', async () => {
      const name = 'kube-root-ca.crt';
      const shown = async () => (await kubectl.outcome(['-n', namespace, 'get', 'cm', name, '-o', TEXT])).stdout;
      await until(async () => (await shown()) !== '');
      const authority = await shown();
      expect(authority).toMatch(/^-----BEGIN CERTIFICATE-----/);
      const config = await kubectl.run('config', 'view', '--raw', '-o', 'jsonpath={.clusters[0].cluster}');
      expect(Buffer.from(JSON.parse(config)['certificate-authority-data'], 'base64').toString()).toBe(authority);
      await run('patch', 'cm', name, '--type=merge', '-p', '{"data":{"ca.crt":"mine"}}');
      await until(async () => (await shown()) === authority);
      await run('delete', 'cm', name);
      await until(async () => (await shown()) === authority);
    });

    it('services have addresses and node ports that no other has', async () => {
      const ip = `10.96.0.${minor + 100}`;
      const port = `${30_000 + minor}`;
      await run('create', 'service', 'clusterip', 'first', '--tcp=80', `--clusterip=${ip}`);
      expect(await refusal('create', 'service', 'clusterip', 'second', '--tcp=80', `--clusterip=${ip}`)).toContain(
        `failed to allocate IP ${ip}: provided IP is already allocated`,
      );
      expect(await refusal('create', 'service', 'clusterip', 'far', '--tcp=80', '--clusterip=192.0.2.1')).toContain(
        'the provided network does not match the current range',
      );
      await run('create', 'service', 'nodeport', 'third', '--tcp=80', `--node-port=${port}`);
      expect(await refusal('create', 'service', 'nodeport', 'fourth', '--tcp=80', `--node-port=${port}`)).toContain(
        `spec.ports[0].nodePort: Invalid value: ${port}: provided port is already allocated`,
      );
      await run('delete', 'service', 'first', 'third');
      await run('create', 'service', 'clusterip', 'second', '--tcp=80', `--clusterip=${ip}`);
      await run('create', 'service', 'nodeport', 'fourth', '--tcp=80', `--node-port=${port}`);
      await run('patch', 'service', 'second', '-p', '{"spec":{"type":"NodePort"}}');
      expect(await run('get', 'service', 'second')).toMatch(
        new RegExp(`^second +NodePort +${ip.replaceAll('.', '\\.')} +<none> +80:3\\d{4}/TCP `, 'm'),
      );
    });
  });
});
