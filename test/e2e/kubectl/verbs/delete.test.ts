/** delete, and how its dependents, its finalizers and its grace behave. */
import { expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { deploymentManifest, podManifest, simulation } from '../../../support/manifests.ts';

eachKubectl('delete', ({ steps, outcome, run, file, namespace }) => {
  const deploy = async (name: string) => {
    await file(`${name}.json`, deploymentManifest(name, namespace, 1));
    await run(`create -f DIR/${name}.json`);
    await run(`rollout status deploy/${name} --timeout=30s`);
  };

  it('by name, by type and name, by label, by field, by file, all of a kind', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await run(`create configmap ${name}`);
      await run(`label configmap ${name} set=letters`);
    }
    await steps(
      ['delete cm a', /^configmap "a" deleted/],
      ['delete configmap/b serviceaccount/none --ignore-not-found', /^configmap "b" deleted.*\n$/],
      ['delete cm -l set=letters --field-selector=metadata.name=c', /^configmap "c" deleted.*\n$/],
      ['delete cm -l set=letters --dry-run=server', /"d" deleted.*\(server dry run\)\n.*"e" deleted/],
      ['get cm -l set=letters -o name', 'configmap/d\nconfigmap/e\n'],
      ['delete cm -l set=letters -o name', 'configmap/d\nconfigmap/e\n'],
      ['delete cm -l set=letters', 'No resources found\n'],
      ['! delete cm none', 'Error from server (NotFound): configmaps "none" not found\n'],
      ['! delete cm', /resource\(s\) were provided, but no name was specified/],
      ['create secret generic s', /created/],
      ['delete secrets --all', /^secret "s" deleted/],
      [`delete --raw /api/v1/namespaces/${namespace}/serviceaccounts/none`.replace('delete', '! delete'), /not found/],
    );
  });

  it('--cascade: background takes the pods, foreground first, orphan leaves them', async () => {
    await deploy('back');
    await steps(['delete deploy back --cascade=background', /deleted/], ['~ get pods,rs -l app=back -o name', '']);
    await deploy('fore');
    await steps(['delete deploy fore --cascade=foreground', /deleted/], ['get pods,rs -l app=fore -o name', '']);
    await deploy('left');
    await steps(
      ['delete deploy left --cascade=orphan', /deleted/],
      ['get rs -l app=left -o jsonpath={.items[*].metadata.ownerReferences}', ''],
      ['get pods -l app=left --no-headers', /^left-\S+ +1\/1 +Running/],
      ['delete rs -l app=left --cascade=orphan', /deleted/],
      ['get pods -l app=left -o jsonpath={.items[*].metadata.ownerReferences}', ''],
      ['delete pods -l app=left --now', /deleted/],
      ['get pods -l app=left -o name', ''],
    );
  });

  it('waits for the pod to end; --wait=false does not; --force and --now do not give it time', async () => {
    const slow = simulation({ stopMs: 600_000 });
    for (const name of ['slow', 'forced', 'soon']) {
      await file(`${name}.json`, podManifest(name, namespace, {}, slow));
      await run(`create -f DIR/${name}.json`);
    }
    await run('wait --for=condition=Ready pod --all --timeout=30s');
    await steps(
      ['delete pod slow --grace-period=3600 --wait=false', /deleted/],
      ['get pod slow', /Terminating/],
      ['get pod slow -o jsonpath={.metadata.deletionGracePeriodSeconds}', '3600'],
      ['! delete pod slow --timeout=1s', /timed out waiting for the condition/],
      ['delete pod slow --grace-period=1', /deleted/],
      ['! get pod slow', /NotFound/],
      ['delete pod soon --now', /deleted/],
      ['! get pod soon', /NotFound/],
    );
    const forced = await outcome('delete pod forced --force --grace-period=0');
    expect(forced.stderr).toContain('Immediate deletion does not wait for confirmation');
    expect(forced.stdout).toContain('pod "forced" force deleted');
    await steps(['! get pod forced', /NotFound/]);
  });

  it('keeps what has a finalizer until that is gone', () =>
    steps(
      ['create configmap kept', /created/],
      [`patch cm kept -p '{"metadata":{"finalizers":["example.com/keep"]}}'`, /patched/],
      ['delete cm kept --wait=false', /deleted/],
      ['get cm kept -o jsonpath={.metadata.finalizers[0]}', 'example.com/keep'],
      [`patch cm kept --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`, /patched/],
      ['! get cm kept', /NotFound/],
    ));

  it('a namespace with all that is in it', async () => {
    const name = `${namespace}-whole`;
    await run(`create namespace ${name}`);
    await outcome(`create configmap inside -n ${name}`);
    await steps(
      [`delete namespace ${name}`, new RegExp(`^namespace "${name}" deleted`)],
      [`! get namespace ${name}`, /NotFound/],
      [`get cm -A --field-selector=metadata.namespace=${name} -o name`, ''],
      ['! delete namespace default', /namespaces "default" is forbidden: this namespace may not be deleted/],
    );
  });
});
