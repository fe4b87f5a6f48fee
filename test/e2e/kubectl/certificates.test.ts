/** Certificates from the request to the first `whoami`, and a node of somebody else's that joins with a bootstrap token. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

interface WhoAmI {
  status: { userInfo: { username: string; groups: string[] } };
}

describe.skipIf(missing !== undefined)(modeTitle('certificates'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    let folder: string;
    const path = (name: string): string => join(folder, name);
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'flotilla-certificates-'));
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      // The same server, and no user.
      const config = JSON.parse(await kubectl.run('config', 'view', '--raw', '-o', 'json'));
      for (const context of config.contexts) {
        delete context.context.user;
      }
      await writeFile(path('nobody'), JSON.stringify({ ...config, users: [] }));
    });
    afterAll(async () => {
      await kubectl.close();
      await rm(folder, { recursive: true, force: true });
    });
    const as = (credentials: readonly string[], ...args: string[]) =>
      kubectl.run('--kubeconfig', path('nobody'), ...credentials, ...args);
    const withCertificate = (name: string) => [
      `--client-certificate=${path(`${name}.crt`)}`,
      `--client-key=${path(`${name}.key`)}`,
    ];
    const requestManifest = async (name: string, subject: string, spec: object) => {
      const args = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const { stdout } = await promisify(execFile)('openssl', [
        ...args,
        '-keyout',
        path(`${name}.key`),
        '-subj',
        subject,
      ]);
      const request = Buffer.from(stdout).toString('base64');
      return {
        ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name } },
        spec: { request, ...spec },
      };
    };
    const fetchCertificate = async (name: string, get: (...args: string[]) => Promise<string>) => {
      const read = () => get('get', 'csr', name, '-o', 'jsonpath={.status.certificate}');
      await until(async () => (await read()) !== '');
      await writeFile(path(`${name}.crt`), Buffer.from(await read(), 'base64'));
    };

    it('are signed once they are approved, and let their owner in', async () => {
      const name = `jane-${minor}`;
      const spec = {
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['client auth'],
        expirationSeconds: 3_600,
      };
      await kubectl.apply(await requestManifest(name, '/O=team:a/CN=jane', spec));
      expect(await kubectl.run('get', 'csr', name)).toMatch(/60m +Pending$/m);
      expect(await kubectl.run('certificate', 'approve', name)).toContain('approved');
      await fetchCertificate(name, (...args) => kubectl.run(...args));
      expect(await kubectl.run('get', 'csr', name)).toMatch(/Approved,Issued$/m);
      const who: WhoAmI = JSON.parse(await as(withCertificate(name), 'auth', 'whoami', '-o', 'json'));
      expect(who.status.userInfo).toMatchObject({ username: 'jane', groups: ['team:a', 'system:authenticated'] });
      expect(await as(withCertificate(name), 'get', 'namespace', 'default', '-o', 'name')).toBe('namespace/default\n');
      const { code, stderr } = await kubectl.outcome(['--kubeconfig', path('nobody'), 'get', 'ns', '--token=wrong']);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('You must be logged in to the server (Unauthorized)'),
      ]);
    });

    it('are not for everything: nobody becomes a master by one', async () => {
      const spec = { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] };
      const input = JSON.stringify(await requestManifest(`root-${minor}`, '/O=system:masters/CN=root', spec));
      expect((await kubectl.outcome(['create', '-f', '-'], { input })).stderr).toContain(
        'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
      );
    });

    it('let a node of somebody else join: token, request, certificate, node, lease, status', async () => {
      const [node, id] = [`external-${minor}`, `abcd${minor}`];
      const token = `${id}.0123456789abcdef`;
      await kubectl.apply({
        ...{ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token' },
        metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
        stringData: {
          ...{ 'token-id': id, 'token-secret': token.slice(7), 'usage-bootstrap-authentication': 'true' },
          'auth-extra-groups': 'system:bootstrappers:racks',
        },
      });
      const joining = [`--token=${token}`];
      const who: WhoAmI = JSON.parse(await as(joining, 'auth', 'whoami', '-o', 'json'));
      expect(who.status.userInfo).toMatchObject({
        username: `system:bootstrap:${id}`,
        groups: ['system:bootstrappers', 'system:bootstrappers:racks', 'system:authenticated'],
      });
      const spec = {
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        usages: ['digital signature', 'client auth'],
      };
      const request = await requestManifest(node, `/O=system:nodes/CN=system:node:${node}`, spec);
      await writeFile(path('request.json'), JSON.stringify(request));
      await as(joining, 'create', '-f', path('request.json'));
      await fetchCertificate(node, (...args) => as(joining, ...args));
      expect(await kubectl.run('get', 'csr', node, '-o', 'jsonpath={.status.conditions[*].reason}')).toBe(
        'AutoApproved',
      );

      const self = withCertificate(node);
      const create = async (manifest: object) => {
        await writeFile(path('manifest.json'), JSON.stringify(manifest));
        await as(self, 'create', '-f', path('manifest.json'));
      };
      await create({ apiVersion: 'v1', kind: 'Node', metadata: { name: node, labels: { rack: 'r1' } } });
      const renewTime = new Date().toISOString().replace('Z', '000Z');
      await create({
        ...{
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: node, namespace: 'kube-node-lease' },
        },
        spec: { holderIdentity: node, leaseDurationSeconds: 40, renewTime },
      });
      const ready = {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      };
      const status = { capacity: { cpu: '4', pods: '10' }, conditions: [ready] };
      // Like a kubelet, and unlike `patch --subresource`, which reads the status first: that no node may.
      await writeFile(
        path('status.json'),
        JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: node }, status }),
      );
      await as(self, 'replace', '--raw', `/api/v1/nodes/${node}/status`, '-f', path('status.json'));
      expect(await kubectl.run('get', 'node', node)).toMatch(/ Ready /);
      expect(await readFile(path(`${node}.crt`), 'utf8')).toContain('BEGIN CERTIFICATE');
      await kubectl.run('delete', 'node', node);
    });
  });
});
