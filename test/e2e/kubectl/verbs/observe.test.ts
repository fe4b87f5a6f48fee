/** logs, events, top: what pods say, what happened to them, what they use. */
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { podManifest, simulation } from '../../../support/manifests.ts';

eachKubectl('observe', ({ steps, run, file, namespace, kubectl, minor }) => {
  const start = (typed: string) => kubectl().start(['-n', namespace, ...typed.split(' ')]);
  beforeAll(async () => {
    const logs = { everyMs: 50, lines: ['tick'] };
    const containers = ['one', 'two'].map((name) => ({ name, image: 'busybox:1.36' }));
    const initContainers = [{ name: 'first', image: 'busybox:1.36' }];
    const talks = podManifest('talks', namespace, { containers, initContainers }, simulation({ logs }));
    const items = [talks, podManifest('ends', namespace, {}, simulation({ runMs: 100, exitCode: 3 }))];
    await file('pods.json', { apiVersion: 'v1', kind: 'List', items });
    await run('create -f DIR/pods.json');
    await run('wait --for=condition=Ready pod/talks --timeout=30s');
    await run('wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/ends --timeout=30s');
  });

  it('logs: of one container, of all, with prefix, of those with a label, of an init container', () =>
    steps(
      ['~ logs talks --tail=2', 'tick\ntick\n'],
      ['logs talks', /^one: started busybox.*\ntick\n/],
      ['logs talks two --tail=1', 'tick\n'],
      ['logs talks -c first', /^first: started .*\n[\s\S]*first: exit code 0\n$/],
      [
        'logs talks --all-containers --prefix --tail=1',
        /^(?=[\s\S]*^\[pod\/talks\/first\] )(?=[\s\S]*^\[pod\/talks\/one\] tick$)(?=[\s\S]*^\[pod\/talks\/two\] tick$)/m,
      ],
      ['logs -l app=talks -c two --prefix --tail=1', '[pod/talks/two] tick\n'],
      ['logs pod/talks --tail=1', 'tick\n'],
      ['! logs talks -c none', /container none is not valid for pod talks/],
      ['! logs none', /pods "none" not found/],
      ['! logs -f -l app=talks --all-containers --max-log-requests=1', /maximum allowed concurrency is 1/],
    ));

  it('logs: by time, by size, with time stamps, of the run before', () =>
    steps(
      ['logs talks --timestamps --tail=1', /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z tick\n$/],
      ['logs talks --since=1h', /^one: started/],
      ['~ logs talks --since=1s', /^(tick\n)+$/],
      ['logs talks --since-time=2030-01-01T00:00:00Z', ''],
      ['! logs talks --since=1s --since-time=2020-01-01T00:00:00Z', /at most one of `sinceTime` or `sinceSeconds`/],
      ['logs talks --limit-bytes=10', 'one: start'],
      ['logs ends --previous', /^main: started busybox:1\.36 \(attempt 0\)\n[\s\S]*main: exit code 3\n$/],
      ['logs ends -p --tail=1', 'main: exit code 3\n'],
      ['! logs talks --previous', /previous terminated container "one" in pod "talks" not found/],
    ));

  it.skipIf(minor < 33)('logs --all-pods: of every pod of a deployment', () =>
    steps(
      ['create deployment many --image=busybox --replicas=2', /created/],
      ['rollout status deploy/many --timeout=30s', /successfully/],
      ['logs deploy/many --all-pods --tail=1', /^(\[pod\/many-\S+\/busybox\] .*\n){2}$/],
    ),
  );

  it('logs -f: until the container ends, and of many at once', async () => {
    const both = start('logs -f talks --all-containers --prefix --tail=1');
    await both.printed((text) => ['one', 'two'].every((name) => text.split(`[pod/talks/${name}] tick`).length > 3));
    await both.stop();
    await file('short.json', podManifest('short', namespace, { restartPolicy: 'Never' }, simulation({ runMs: 1_000 })));
    await run('create -f DIR/short.json');
    await run('wait --for=condition=Ready pod/short --timeout=30s');
    const { code, stdout } = await start('logs -f short').finished;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/main: exit code 0\n$/)]);
  });

  it('events: of one object, of a type, as they come, oldest first', async () => {
    await steps(
      [
        '~ events --for pod/talks',
        /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[\s\S]*Normal +Started +Pod\/talks +Started container two\n/,
      ],
      ['events --for pod/talks', /^(?!.*Pod\/ends)/s],
      [
        '~ events --types=Warning --no-headers',
        /^\S.* Warning +BackOff +Pod\/ends +Back-off restarting failed container main/m,
      ],
      ['events --types=Warning', /^(?!.*Started)/s],
      ['events --for pod/talks -o json', /"kind": "EventList"[\s\S]*"reason": "Scheduled"/],
      [
        'get events --field-selector involvedObject.name=talks,reason=Scheduled -o jsonpath={.items[*].message}',
        /^Successfully assigned \S+\/talks to default-\d$/,
      ],
      ['get events --sort-by=.lastTimestamp', /Scheduled[\s\S]*Started/],
      ['events -A --no-headers', /^default +\S+ +.*Normal /m],
    );
    const watch = start('events --for pod/late --watch');
    await file('late.json', podManifest('late', namespace));
    await run('create -f DIR/late.json');
    await watch.printed((text) => /Scheduled +Pod\/late[\s\S]*Started +Pod\/late/.test(text));
    await watch.stop();
  });

  it('top: nodes and pods, their containers, sums and order', () =>
    steps(
      ['~ top pod talks --containers --no-headers', /^talks +one +\d+m +\d+Mi *\ntalks +two +\d+m +\d+Mi *\n$/],
      [
        'top pod -l app=talks --sum',
        /^NAME +CPU\(cores\) +MEMORY\(bytes\) *\ntalks +(\d+m) +(\d+Mi) *\n +_+ +_+ *\n +\1 +\2 *\n$/,
      ],
      ['top pod -A --sort-by=cpu --no-headers', /^default +hello-\S+ +\d+m/m],
      ['top pod --field-selector=metadata.name=talks --no-headers', /^talks +.*\n$/],
      [
        'top node default-0',
        /^NAME +CPU\(cores\) +CPU(%|\(%\)) +MEMORY\(bytes\) +MEMORY(%|\(%\)) *\ndefault-0 +\d+m +\d+% +\d+Mi +\d+% *\n$/,
      ],
      ['top node --sort-by=memory --no-headers', /^(default-\d .*\n){10}$/],
      ['! top pod none', /pods? "?\S*none"? not found/],
      ['! top node none', /nodes? "?none"? not found/],
    ));
});
