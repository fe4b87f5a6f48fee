/** rollout, wait, scale, autoscale: the life of a deployment from the outside. */
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { deploymentManifest } from '../../../support/manifests.ts';

const IMAGE = 'get deploy web -o jsonpath={..containers[0].image}';

eachKubectl('rollout', ({ steps, outcome, file, run, namespace, kubectl, minor }) => {
  const cpu = minor < 34 ? '--cpu-percent=70' : '--cpu=70%';
  beforeAll(async () => {
    await file('web.json', deploymentManifest('web', namespace, 2));
    await run('apply -f DIR/web.json');
  });

  it('wait: for a condition, for a value, for a delete; not for ever', async () => {
    await steps(
      ['wait --for=condition=Available deploy/web --timeout=30s', 'deployment.apps/web condition met\n'],
      ['wait --for=jsonpath={.status.readyReplicas}=2 deploy/web --timeout=30s', /condition met/],
      ['wait --for=jsonpath={.status.readyReplicas} deploy --all --timeout=30s', /condition met/],
      ['wait --for=condition=Ready pod -l app=web --timeout=30s', /^(pod\/web-\S+ condition met\n){2}$/],
      [
        '! wait --for=condition=Bogus deploy/web --timeout=1s',
        /timed out waiting for the condition on deployments\/web/,
      ],
      ['! wait --for=condition=Ready pod/none --timeout=1s', /pods "none" not found/],
      ['wait --for=delete pod/none --timeout=1s', ''],
      ['create configmap short --from-literal=a=b', /created/],
    );
    const waiting = outcome('wait --for=delete configmap/short --timeout=30s');
    await run('delete configmap short');
    expect(await waiting).toMatchObject({ code: 0 });
  });

  it.skipIf(minor < 31)('wait --for=create: until there is one', async () => {
    const waiting = outcome('wait --for=create configmap/later --timeout=30s');
    await run('create configmap later');
    expect((await waiting).stdout).toBe('configmap/later condition met\n');
  });

  it('history and undo: to the revision before and to a given one', () =>
    steps(
      ['annotate deploy/web kubernetes.io/change-cause=first', /annotated/],
      ['set image deploy/web main=busybox:2', 'deployment.apps/web image updated\n'],
      ['annotate deploy/web kubernetes.io/change-cause=second --overwrite', /annotated/],
      ['rollout status deploy/web --timeout=30s', /deployment "web" successfully rolled out\n$/],
      ['~ rollout history deploy/web', /^1 +first\n2 +second\n/m],
      ['rollout history deploy/web --revision=1', /with revision #1[\s\S]*Image:\tbusybox:1\.36/],
      ['rollout undo deploy/web --dry-run=server', 'deployment.apps/web rolled back (server dry run)\n'],
      [IMAGE, 'busybox:2'],
      ['rollout undo deploy/web', 'deployment.apps/web rolled back\n'],
      [IMAGE, 'busybox:1.36'],
      ['~ rollout history deploy/web', /^2 +second\n3 +first\n/m],
      ['rollout undo deploy/web --to-revision=2', /rolled back/],
      [IMAGE, 'busybox:2'],
      ['! rollout undo deploy/web --to-revision=77', 'error: unable to find specified revision 77 in history\n'],
      ['rollout status deploy/web --timeout=30s', /successfully rolled out/],
    ));

  it('pause and resume: changes wait, and go out as one', () =>
    steps(
      ['rollout pause deploy/web', 'deployment.apps/web paused\n'],
      ['! rollout pause deploy/web', 'error: deployments.apps "web" is already paused\n'],
      ['set image deploy/web main=busybox:3', /image updated/],
      ['set env deploy/web COLOUR=blue', /env updated/],
      ['~ rollout status deploy/web --watch=false', /0 out of 2 new replicas have been updated/],
      ['! rollout undo deploy/web', /you cannot rollback a paused deployment/],
      ['rollout resume deploy/web', 'deployment.apps/web resumed\n'],
      ['! rollout resume deploy/web', /is not paused/],
      ['rollout status deploy/web --timeout=30s', /successfully rolled out/],
      ['get rs -l app=web --no-headers', /^(web-\S+ +(\d) +\2 +\2 .*\n){3}$/],
    ));

  it('restart: every pod anew, of one and of all with a label', async () => {
    const pods = async () => (await run('get pods -l app=web -o name')).trim().split('\n').sort();
    const before = await pods();
    await steps(
      ['label deploy web group=all', /labeled/],
      ['rollout restart deploy -l group=all', 'deployment.apps/web restarted\n'],
      ['get deploy web -o jsonpath={.spec.template.metadata.annotations}', /"kubectl.kubernetes.io\/restartedAt":"20/],
      ['rollout status deploy -l group=all --timeout=30s', /successfully rolled out/],
      ['~ get pods -l app=web --no-headers', /^(web-\S+ +1\/1 +Running .*\n){2}$/],
    );
    expect((await pods()).filter((name) => before.includes(name))).toEqual([]);
  });

  it('status: says why it ends, and when it gives up', async () => {
    await run('create deployment stuck --image=busybox');
    await run(`patch deploy stuck -p '{"spec":{"template":{"spec":{"nodeSelector":{"no":"where"}}}}}'`);
    await steps(
      ['! rollout status deploy/stuck --timeout=1s', /timed out waiting for the condition/],
      ['! rollout status configmap/short', /"short" not found|no status viewer/],
    );
    const following = kubectl().start(['-n', namespace, 'rollout', 'status', 'deploy/stuck']);
    await following.printed((text) => text.includes('Waiting for deployment "stuck" rollout to finish'));
    await run('scale deploy stuck --replicas=0');
    await run(`patch deploy stuck -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'`);
    await run('scale deploy stuck --replicas=1');
    expect((await following.finished).stdout).toMatch(/successfully rolled out\n$/);
  });

  it('rollout history of daemon and stateful sets is asked of their revisions', () =>
    steps(
      ['! rollout history daemonset/none', /daemonsets.apps "none" not found/],
      ['! rollout undo statefulset/none', /statefulsets.apps "none" not found/],
    ));

  it('scale: only from what is expected', () =>
    steps(
      ['scale deploy/web --replicas=3', 'deployment.apps/web scaled\n'],
      ['scale deploy/web --current-replicas=3 --replicas=4', 'deployment.apps/web scaled\n'],
      ['! scale deploy/web --current-replicas=3 --replicas=5', /Expected replicas to be 3, was 4/],
      ['! scale deploy/web --resource-version=1 --replicas=5', /Expected resource version to be 1, was \d+/],
      ['scale deploy/web --replicas=6 --dry-run=server', /scaled \(server dry run\)/],
      ['get deploy web -o jsonpath={.spec.replicas}', '4'],
      ['scale deploy -l group=all --replicas=1', /web scaled/],
      ['get deploy web --subresource=scale -o jsonpath={.kind}{.spec.replicas}', 'Scale1'],
      ['wait --for=jsonpath={.status.replicas}=1 deploy/web --timeout=30s', /condition met/],
      ['! scale deploy/none --replicas=1', /no objects passed to scale|"none" not found/],
    ));

  it('autoscale: makes an autoscaler, which stands and waits', () =>
    steps(
      [`autoscale deploy web --min=1 --max=5 ${cpu}`, 'horizontalpodautoscaler.autoscaling/web autoscaled\n'],
      ['get hpa web', /^web +Deployment\/web +cpu: <unknown>\/70% +1 +5 +0 /m],
      [
        'get hpa web -o jsonpath={.spec.scaleTargetRef.name}{.spec.metrics[0].resource.target.averageUtilization}',
        'web70',
      ],
      [`! autoscale deploy web --max=5 ${cpu}`, /already ?exists/i],
      ['! autoscale deploy none --max=5', /"none" not found/],
      ['delete hpa web', /deleted/],
    ));
});
