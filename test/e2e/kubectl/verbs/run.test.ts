/** run, exec, attach, cp, port-forward: flags that streaming.test.ts does not need; describe of every kind. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { deploymentManifest, simulation } from '../../../support/manifests.ts';

/** Kinds that no other test describes, with a line that only their describer prints. */
const DESCRIBED: readonly (readonly [kind: string, line: RegExp])[] = [
  ['node default-0', /^Allocated resources:$/m],
  ['namespace default', /^Status: +Active$/m],
  ['deployment web', /^NewReplicaSet: +web-\w+ \(1\/1 replicas created\)$/m],
  ['replicaset -l app=web', /^Controlled By: +Deployment\/web$/m],
  ['pod -l app=web', /^Controlled By: +ReplicaSet\/web-\w+$/m],
  ['service web', /^Endpoints: +10\.\S+:8080$/m],
  ['endpoints web', /^ +Addresses: +10\./m],
  ['endpointslices', /^AddressType: +IPv4$/m],
  ['serviceaccount default', /^Image pull secrets: +<none>$/m],
  ['configmap conf', /^Data\n====\na:\n----\nb\n/m],
  ['secret conf', /^a: +1 bytes$/m],
  ['lease default-0 -n kube-node-lease', /^ {2}Holder Identity: +default-0$/m],
  ['nodepool default', /^ {2}Replicas: +10$/m],
  ['priorityclass system-node-critical', /^Value: +2000001000$/m],
  ['daemonset daemon', /^Desired Number of Nodes Scheduled: \d+$/m],
  ['statefulset state', /^Replicas: +\d desired \| \d total$/m],
  ['hpa scaler', /^Min replicas: +1\n?Max replicas: +3$/m],
  [
    'networkpolicy closed',
    /^ {2}PodSelector: +<none> \(Allowing the specific traffic to all pods in this namespace\)$/m,
  ],
  ['pvc claim', /^Status: +Pending$/m],
  ['cronjob cron', /^Concurrency Policy: +Allow$/m],
  ['ingress in', /^ {2}a\.example +\n? +\/ +web:80 /m],
  ['limitrange limits', /^Container +cpu +- +2 +2 +2 +-$/m],
  ['rc old', /^Replicas: +0 current \/ 0 desired$/m],
];

eachKubectl('inside', ({ steps, run, outcome, file, folder, namespace, kubectl }) => {
  const start = (typed: string) => kubectl().start(['-n', namespace, ...typed.split(' ')]);
  beforeAll(async () => {
    const main = { name: 'main', image: 'busybox:1.36', ports: [{ name: 'http', containerPort: 8080 }] };
    const side = { name: 'side', image: 'busybox:1.36' };
    const template = (kind: string) => ({
      ...{ selector: { matchLabels: { app: kind } }, serviceName: kind },
      template: { metadata: { labels: { app: kind } }, spec: { containers: [side] } },
    });
    const { serviceName: _, ...daemon } = template('daemon');
    const meta = (name: string) => ({ metadata: { name, namespace } });
    const storage = { requests: { storage: '1Gi' } };
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const web = deploymentManifest('web', namespace, 1, { containers: [main, side] });
    Object.assign(web.spec.template.metadata, simulation({ logs: { everyMs: 100 } }));
    const items = [
      web,
      { apiVersion: 'apps/v1', kind: 'DaemonSet', ...meta('daemon'), spec: daemon },
      { apiVersion: 'apps/v1', kind: 'StatefulSet', ...meta('state'), spec: { ...template('state'), replicas: 0 } },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        ...meta('scaler'),
        spec: { scaleTargetRef: target, maxReplicas: 3 },
      },
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...meta('closed'), spec: { podSelector: {} } },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        ...meta('claim'),
        spec: { accessModes: ['ReadWriteOnce'], resources: storage },
      },
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        ...meta('limits'),
        spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] },
      },
      {
        apiVersion: 'v1',
        kind: 'ReplicationController',
        ...meta('old'),
        spec: { replicas: 0, template: template('old').template },
      },
    ];
    await file('all.json', { apiVersion: 'v1', kind: 'List', items });
    await run('create -f DIR/all.json');
    await run('expose deploy web --port=80 --target-port=http');
    await run('create configmap conf --from-literal=a=b');
    await run('create secret generic conf --from-literal=a=b');
    await run("create cronjob cron --image=busybox --schedule='@yearly'");
    await run('create ingress in --rule=a.example/=web:80');
    await run('rollout status deploy/web --timeout=30s');
    await run('wait --for=jsonpath={.subsets[0].addresses} endpoints/web --timeout=30s');
  });

  it.each(DESCRIBED)('describes %s', (what, line) => steps([`describe ${what}`, line]));

  it('describe: of many, by label, without events, of a prefix, of a file', () =>
    steps(
      ['describe deploy/web svc/web', /^Name: +web\n[\s\S]*\n\n+Name: +web\n/],
      ['describe -f DIR/all.json', /^Name: +web\n[\s\S]*Name: +claim\n/],
      ['describe pod web', /^Name: +web-\S+$/m],
      ['describe deploy web --show-events=false', /^(?!.*Events:)/s],
      ['! describe deploy none', /deployments.apps "none" not found/],
    ));

  it('run: with a command, environment, labels and overrides; to its end, and away', async () => {
    await steps(
      [
        'run one --image=busybox --env=A=b --labels=x=y --port=80 --restart=Never --command -- sleep 1d',
        'pod/one created\n',
      ],
      [
        'get pod one -o jsonpath={..command}{..env}{..containerPort}{.metadata.labels}{..restartPolicy}',
        '["sleep","1d"][{"name":"A","value":"b"}]80{"x":"y"}Never',
      ],
      [`run two --image=busybox --overrides='{"spec":{"nodeName":"default-3"}}'`, 'pod/two created\n'],
      ['get pod two -o jsonpath={.spec.nodeName}', 'default-3'],
      ['run three --image=busybox --dry-run=server -o name', 'pod/three\n'],
      ['! get pod three', /NotFound/],
      ['run once --image=busybox --restart=Never --rm -i --quiet -- echo hi', 'hi\n'],
      ['! get pod once', /NotFound/],
      ['! run one --image=busybox', /pods "one" already exists/],
    );
    const failed = await outcome('run fails --image=busybox --restart=Never --rm -i -- sh', { input: 'exit 3\n' });
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain('pod "fails" deleted');
  });

  it('exec: of a deployment, a service and a container; what the container has', () =>
    steps(
      ['exec deploy/web -- hostname', /^web-\w+-\w+\n$/],
      ['exec svc/web -- hostname', /^web-/],
      ['exec deploy/web -c side -- sh -c pwd', '/\n'],
      ['exec two -- cat /etc/hostname', /^two\n$/],
      ['! exec deploy/web -- false', /command terminated with exit code 1/],
      ['! exec deploy/none -- true', /deployments.apps "none" not found/],
    ));

  it('cp: a file each way, to a container, through tar', async () => {
    await file('note', 'to be kept\n');
    await run('cp DIR/note two:/tmp/note');
    await run('cp two:/tmp/note DIR/back');
    expect(await readFile(join(folder(), 'back'), 'utf8')).toBe('to be kept\n');
    const pod = (await run('get pod -l app=web -o name')).trim().slice('pod/'.length);
    await run(`cp DIR/note ${pod}:/tmp/note -c side`);
    await steps(
      [`exec ${pod} -c side -- cat /tmp/note`, 'to be kept\n'],
      [`! exec ${pod} -c main -- cat /tmp/note`, /No such file/],
      ['! cp DIR/none two:/tmp/none', /none.* doesn't exist|no such file/i],
      ['! cp two:/a two:/b', /one of src or dest must be a local file specification/],
    );
  });

  it('port-forward: to a deployment and to a service by the name of its port', async () => {
    for (const target of ['deploy/web :http', 'svc/web :80']) {
      const forwarding = start(`port-forward ${target}`);
      await forwarding.printed((text) => /127\.0\.0\.1:\d+ -> 8080/.test(text));
      const [, port] = /127\.0\.0\.1:(\d+)/.exec(forwarding.stdout()) ?? [];
      expect(await (await fetch(`http://127.0.0.1:${port}/x`)).json()).toMatchObject({ port: 8080, path: '/x' });
      await forwarding.stop();
    }
    await steps(['! port-forward svc/web :81', /Service web does not have a service port 81/]);
  });

  it('attach: to a container of a deployment', async () => {
    const attached = start('attach deploy/web -c side');
    await attached.printed((text) => /^side: /m.test(text));
    await attached.stop();
  });
});
