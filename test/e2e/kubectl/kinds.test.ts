/** Kinds that are stored and nothing more, reviews, tokens, certificates and metrics, as kubectl meets them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

/** The generator's words, what `get` takes, and what the line of the table must look like. */
const GENERATORS: readonly (readonly [words: string, get: string, line: RegExp])[] = [
  ['service clusterip s --tcp=80:8080', 'service s', /^s +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP/m],
  ['service nodeport n --tcp=80', 'service n', /^n +NodePort +10\.\d+\.\d+\.\d+ +<none> +80:3\d{4}\/TCP/m],
  ['service loadbalancer l --tcp=80', 'service l', /^l +LoadBalancer +10\.\S+ +<pending> +80:3\d{4}\/TCP/m],
  ['service externalname e --external-name=a.example', 'service e', /^e +ExternalName +<none> +a\.example +<none>/m],
  ['serviceaccount robot', 'serviceaccount robot', /^robot +0 /m],
  ['quota q --hard=pods=3,requests.cpu=2', 'quota q', /^q +pods: 0\/3, requests\.cpu: 0\/2 /m],
  ['job j --image=busybox', 'job j', /^j +(Running +0|Complete +1)\/1 /m],
  ['cronjob c --image=busybox --schedule=*/5', 'cronjob c', /^/],
  ['role r --verb=get,list --resource=pods', 'role r', /^r +20\d\d-/m],
  ['rolebinding rb --role=r --serviceaccount=default:robot', 'rolebinding rb', /^rb +Role\/r /m],
  ['ingress i --rule=a.example/=s:80', 'ingress i', /^i +<none> +a\.example +80 /m],
  ['pdb p --selector=app=a --min-available=1', 'pdb p', /^p +1 +N\/A +0 /m],
  ['configmap m --from-literal=a=b', 'configmap m', /^m +1 /m],
  ['secret generic g --from-literal=a=b', 'secret g', /^g +Opaque +1 /m],
  ['deployment d --image=busybox --replicas=2', 'deployment d', /^d +\d\/2 /m],
];
const MANIFESTS = [
  { apiVersion: 'v1', kind: 'LimitRange', spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
  {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', endpoints: [], ports: [] },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: {} } },
  ...['DaemonSet', 'StatefulSet'].map((kind) => ({
    ...{ apiVersion: 'apps/v1', kind },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'busybox' }] } },
    },
  })),
];

describe.skipIf(missing !== undefined)(modeTitle('kinds'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `kinds-${minor}`;
    const run = (...args: string[]) => kubectl.run(...args, '-n', namespace);
    const failure = async (...args: string[]) => (await kubectl.outcome([...args, '-n', namespace])).stderr;
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it.each(GENERATORS)('creates, shows, describes, explains and deletes: %s', async (words, get, line) => {
      const given = words.replace('--schedule=*/5', '--schedule=*/5 * * * *');
      const [head = '', schedule] = given.split(' --schedule=');
      const args = [...head.split(' '), ...(schedule === undefined ? [] : [`--schedule=${schedule}`])];
      expect(await run('create', ...args)).toMatch(/ created\n$/);
      const [kind = '', name = ''] = get.split(' ');
      expect(await run('get', kind, name)).toMatch(line);
      expect(await run('describe', kind, name)).toMatch(new RegExp(`^Name: +${name}$`, 'm'));
      expect(await run('get', kind, name, '-o', 'jsonpath={.metadata.name}')).toBe(name);
      expect(await run('label', kind, name, 'tier=front')).toContain('labeled');
      expect(await run('get', kind, '-l', 'tier=front', '-o', 'name')).toMatch(new RegExp(`/${name}\n$`));
      expect(await run('explain', kind)).toMatch(/^KIND: /m);
      expect(await run('delete', kind, name, '--wait=false')).toContain('deleted');
    });

    it.each(MANIFESTS)('applies $kind twice, and deletes it', async (manifest) => {
      const object = { metadata: { name: 'x', namespace }, ...manifest };
      expect(await kubectl.apply(object)).toContain('/x created');
      expect(await kubectl.apply(object)).toMatch(/\/x (unchanged|configured)/);
      expect(await run('get', manifest.kind, 'x', '-o', 'wide')).toMatch(/^x /m);
      expect(await run('delete', manifest.kind, 'x')).toContain('deleted');
    });

    it('refuses what Kubernetes refuses, in its words', async () => {
      expect(await failure('create', 'quota', 'bad', '--hard=cpu=-1')).toContain('must be greater than or equal to 0');
      expect(await failure('create', 'service', 'clusterip', 'Bad', '--tcp=80')).toContain('a DNS-1035 label must');
      await run('create', 'job', 'fixed', '--image=a');
      const image = '{"spec":{"template":{"spec":{"containers":[{"name":"fixed","image":"b"}]}}}}';
      expect(await failure('patch', 'job', 'fixed', '-p', image)).toContain('spec.template');
      expect(await failure('patch', 'job', 'fixed', '-p', image)).toContain('field is immutable');
      expect(await failure('create', 'cronjob', 'c', '--image=a', '--schedule=61 * * * *')).toContain(
        'above maximum (59)',
      );
    });

    it('takes workloads as Kubernetes does, and refuses them in its words', async () => {
      const template = (spec: object) => ({
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'c', image: 'busybox', ...spec }] },
      });
      const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
      const spec = {
        selector: { matchLabels: { app: 'db' } },
        template: template({ volumeMounts: [{ name: 'www', mountPath: '/www' }] }),
        volumeClaimTemplates: [{ metadata: { name: 'www' }, spec: claim }],
      };
      const manifest = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace } };
      expect(await kubectl.apply({ ...manifest, spec })).toBe('statefulset.apps/db created\n');
      // An atomic list with defaults inside: kubectl sends it again, as against Kubernetes, and that is no change.
      expect(await kubectl.apply({ ...manifest, spec })).toBe('statefulset.apps/db configured\n');
      expect(await run('get', 'statefulset', 'db', '-o', 'jsonpath={.metadata.generation}')).toBe('1');
      expect(await failure('create', 'cronjob', 'c', '--image=a', '--schedule=TZ=UTC 0 0 * * *')).toContain(
        'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      );
      await run('create', 'job', 'labelled', '--image=a');
      expect(await run('get', 'job', '-l', 'batch.kubernetes.io/job-name=labelled', '-o', 'name')).toBe(
        'job.batch/labelled\n',
      );
      expect(await failure('create', 'pdb', 'p', '--selector=a=b', '--min-available=101%')).toContain(
        'must not be greater than 100%',
      );
    });

    it('exposes and autoscales a deployment', async () => {
      await run('create', 'deployment', 'web', '--image=busybox', '--port=80');
      expect(await run('expose', 'deployment', 'web', '--port=80', '--type=NodePort')).toBe('service/web exposed\n');
      expect(await run('get', 'service', 'web', '-o', 'jsonpath={.spec.selector.app}')).toBe('web');
      expect(await run('set', 'image', 'deployment/web', 'busybox=busybox:2')).toContain('image updated');
    });

    it('says who I am and what I may do', async () => {
      expect(await run('auth', 'can-i', 'list', 'pods')).toBe('yes\n');
      expect(await run('auth', 'can-i', '--list')).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
      expect(await run('auth', 'whoami')).toMatch(/^Username +admin/m);
    });

    it('gives every namespace an account, and tokens that let in until it is gone', async () => {
      await until(async () => (await run('get', 'sa', '-o', 'name')).includes('serviceaccount/default'));
      const whoIs = async (token: string): Promise<string> => {
        const answer = await flotilla().request('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
          method: 'POST',
          body: '{}',
          headers: { authorization: `Bearer ${token}` },
        });
        expect(answer.status).toBe(201);
        return JSON.parse(answer.text).status.userInfo.username;
      };
      const token = (await run('create', 'token', 'default', '--duration=20m')).trim();
      expect(await whoIs(token)).toBe(`system:serviceaccount:${namespace}:default`);
      await run('create', 'serviceaccount', 'robot');
      const annotations = { 'kubernetes.io/service-account.name': 'robot' };
      const type = 'kubernetes.io/service-account-token';
      await kubectl.apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'held', namespace, annotations },
        type,
      });
      const held = () => run('get', 'secret', 'held', '-o', 'jsonpath={.data.token}');
      await until(async () => (await held()) !== '');
      expect(await whoIs(Buffer.from(await held(), 'base64').toString())).toBe(
        `system:serviceaccount:${namespace}:robot`,
      );
      await run('delete', 'serviceaccount', 'robot');
      await until(async () => (await run('get', 'secret', '-o', 'name')) === '');
      expect(await failure('create', 'token', 'default', '--duration=1m')).toContain('less than 10 minutes');
      expect(await failure('create', 'token', 'nobody')).toContain('serviceaccounts "nobody" not found');
    });

    it('approves a certificate request, once', async () => {
      const args = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=alice'];
      const { stdout } = await promisify(execFile)('openssl', args);
      const name = `alice-${minor}`;
      const signerName = 'kubernetes.io/kube-apiserver-client';
      const spec = { request: Buffer.from(stdout).toString('base64'), signerName, usages: ['client auth'] };
      const csr = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name }, spec };
      await kubectl.apply(csr);
      expect(await kubectl.run('get', 'csr', name)).toMatch(/kube-apiserver-client +admin +<none> +Pending/);
      expect(await kubectl.run('certificate', 'approve', name)).toContain('approved');
      await until(async () => / Approved,Issued$/m.test(await kubectl.run('get', 'csr', name)));
      expect((await kubectl.outcome(['certificate', 'deny', name])).code).not.toBe(0);
    });

    it('shows what nodes and pods use', async () => {
      await kubectl.apply(podManifest('busy', namespace));
      await run('wait', '--for=condition=Ready', 'pod/busy', '--timeout=30s');
      expect(await run('top', 'pods', '--containers')).toMatch(/^busy +\S+ +\d+m +\d+Mi/m);
      expect((await kubectl.run('top', 'nodes', '--no-headers')).trim().split('\n')).toHaveLength(10);
    });

    it('resolves priority classes', async () => {
      const name = `high-${minor}`;
      await kubectl.run('create', 'priorityclass', name, '--value=1000');
      await kubectl.apply(podManifest('urgent', namespace, { priorityClassName: name }));
      expect(await run('get', 'pod', 'urgent', '-o', 'jsonpath={.spec.priority}')).toBe('1000');
      const unknown = podManifest('lost', namespace, { priorityClassName: 'nobody' });
      const { stderr } = await kubectl.outcome(['apply', '-f', '-'], { input: JSON.stringify(unknown) });
      expect(stderr).toContain('no PriorityClass with name nobody was found');
      expect(await kubectl.run('get', 'priorityclasses')).toMatch(/^system-node-critical +2000001000 +false /m);
      const usual = `usual-${minor}`;
      await kubectl.run('create', 'priorityclass', usual, '--value=7', '--global-default');
      await kubectl.apply(podManifest('plain', namespace));
      expect(await run('get', 'pod', 'plain', '-o', 'jsonpath={.spec.priorityClassName}={.spec.priority}')).toBe(
        `${usual}=7`,
      );
      const second = await kubectl.outcome(['create', 'priorityclass', 'second', '--value=8', '--global-default']);
      expect(second.stderr).toContain(
        `PriorityClass ${usual} is already marked as default. Only one default can exist`,
      );
      await kubectl.run('delete', 'priorityclass', usual);
    });
  });
});
