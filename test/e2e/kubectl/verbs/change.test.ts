/** Changes to what exists: label, annotate, patch, edit, set, expose. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { deploymentManifest } from '../../../support/manifests.ts';

const path = (expression: string) => `get deploy web -o jsonpath={${expression}}`;
const LABELS = 'get cm one -o jsonpath={.metadata.labels}';

eachKubectl('change', ({ steps, outcome, run, file, folder, namespace }) => {
  beforeAll(async () => {
    await file('web.json', deploymentManifest('web', namespace, 1));
    await run('create -f DIR/web.json');
    await run('create configmap one --from-literal=a=1');
    await run('create configmap two --from-literal=a=1');
  });

  it('label: adds, keeps, overwrites, removes, lists; one, many and all', () =>
    steps(
      ['label cm one tier=front', 'configmap/one labeled\n'],
      ['label cm one tier=front', 'configmap/one not labeled\n'],
      ['! label cm one tier=back', "error: 'tier' already has a value (front), and --overwrite is false\n"],
      [LABELS, '{"tier":"front"}'],
      ['label cm one tier=back colour=red --overwrite', 'configmap/one labeled\n'],
      ['label cm one --list', /^(colour=red\ntier=back|tier=back\ncolour=red)\n$/],
      ['label cm one tier- none-', /label "none" not found\.\nconfigmap\/one unlabeled\n/],
      [LABELS, '{"colour":"red"}'],
      ['label cm -l colour=red seen=yes', 'configmap/one labeled\n'],
      ['label cm --all every=one', /configmap\/one labeled\nconfigmap\/two labeled\n/],
      ['label cm one a=b --dry-run=server', /labeled \(server dry run\)/],
      ['! label cm one a=b --resource-version=1', /the object has been modified/],
      ['! label cm one a=b_', /a valid label must be|Invalid value: "b_"/],
      ['get cm -l every=one,colour -o name', 'configmap/one\n'],
    ));

  it('annotate: adds, keeps, overwrites, removes, lists', () =>
    steps(
      ["annotate cm one 'note=hello world'", 'configmap/one annotated\n'],
      ['! annotate cm one note=other', /--overwrite is false but found the following declared annotation.*'note'/],
      ['annotate cm one note=other --overwrite', /annotated/],
      ['annotate cm one --list', /^note=other$/m],
      ['get cm one -o jsonpath={.metadata.annotations.note}', 'other'],
      ['annotate cm one note-', 'configmap/one annotated\n'],
      ['get cm one -o jsonpath={.metadata.annotations}', ''],
      ['annotate cm --field-selector=metadata.name=two x=y', 'configmap/two annotated\n'],
    ));

  it('patch: strategic, merge, JSON; of status and of scale; from a file', async () => {
    await file('patch.yaml', 'spec:\n  paused: false\n  minReadySeconds: 7\n');
    const containers = (name: string) =>
      `{"spec":{"template":{"spec":{"containers":[{"name":"${name}","image":"i"}]}}}}`;
    await steps(
      [`patch deploy web -p '${containers('side')}'`, 'deployment.apps/web patched\n'],
      [path('..containers[*].name'), 'side main'],
      // "No change" is of the whole object: while it rolls out, its status has one.
      ['rollout status deploy web --timeout=60s', /successfully rolled out/],
      [`patch deploy web -p '${containers('side')}'`, 'deployment.apps/web patched (no change)\n'],
      [`patch deploy web --type=merge -p '${containers('only')}'`, /patched/],
      [path('..containers[*].name'), 'only'],
      [`patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'`, /patched/],
      [
        `! patch deploy web --type=json -p '[{"op":"test","path":"/spec/replicas","value":9}]'`,
        /test operation failed|testing .* failed/i,
      ],
      ['patch deploy web --patch-file=DIR/patch.yaml', /patched/],
      [path('.spec.replicas}{.spec.minReadySeconds'), '27'],
      [`patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'`, /web.* patched/],
      [path('.spec.replicas'), '3'],
      [
        `patch deploy web --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Mine","status":"True"}]},"spec":{"replicas":9}}'`,
        'deployment.apps/web patched\n',
      ],
      [path('.spec.replicas'), '3'],
      [`patch node default-0 -p '{"metadata":{"labels":{"patched":"yes"}}}'`, 'node/default-0 patched\n'],
      [`patch node default-0 -p '{"metadata":{"labels":{"patched":null}}}'`, 'node/default-0 patched\n'],
      ['get node -l patched -o name', ''],
      [`patch cm one -p '{"data":{"a":"9"}}' --dry-run=server -o jsonpath={.data.a}`, '9'],
      ['get cm one -o jsonpath={.data.a}', '1'],
      [`! patch cm none -p '{}'`, /configmaps "none" not found/],
      [
        `! patch deploy web -p '{"spec":{"selector":{"matchLabels":{"a":"b"}}}}'`,
        /selector.*(field is immutable|does not match)/,
      ],
    );
  });

  it('edit: what the editor wrote, nothing when it wrote nothing, and again when it is refused', async () => {
    const edit = (typed: string, editor: string) =>
      outcome(`edit ${typed}`, { env: { KUBE_EDITOR: editor, TMPDIR: folder() } });
    expect((await edit('cm two', "sed -i 's/a: .1./a: edited/'")).stdout).toBe('configmap/two edited\n');
    expect((await edit('cm two', 'true')).stderr).toContain('Edit cancelled, no changes made.');
    expect((await edit('cm two -o json', "sed -i 's/edited/json/'")).stdout).toContain('"a": "json"');
    await steps(['get cm two -o jsonpath={.data.a}', 'json']);
    const refused = await edit('deploy web', "sed -i 's/^  replicas: .*/  replicas: -3/'");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Edit cancelled, no valid changes were saved.');
    // The reason stands above the text that the editor gets again.
    const [copy = ''] = /(?<=stored to ")[^"]+/.exec(refused.stderr) ?? [];
    expect(await readFile(copy, 'utf8')).toContain('# * spec.replicas: Invalid value: -3: must be greater than or');
    await steps([path('.spec.replicas'), /^[1-9]$/]);
    const status = await edit(
      'deploy web --subresource=status',
      "sed -i 's/observedGeneration: .*/observedGeneration: 1/'",
    );
    expect(status.stdout).toBe('deployment.apps/web edited\n');
  });

  it('set: image, env, resources, account, of all and in a dry run', () =>
    steps(
      ['set image deploy/web only=busybox:7', 'deployment.apps/web image updated\n'],
      ['set image deploy/web *=busybox:8 --dry-run=server', /image updated \(server dry run\)/],
      [path('..image'), 'busybox:7'],
      ['! set image deploy/web none=x', /unable to find container named "none"/],
      ['set env deploy/web A=1 B=2', 'deployment.apps/web env updated\n'],
      ['set env deploy/web B-', /env updated/],
      ['set env deploy/web --from=configmap/one --prefix=ONE_', /env updated/],
      ['set env deploy/web --list', /^A=1$/m],
      [path('..env[1].name}{..env[1].valueFrom.configMapKeyRef'), 'ONE_A{"key":"a","name":"one"}'],
      ['set resources deploy/web --limits=cpu=200m,memory=64Mi --requests=cpu=100m', /resource requirements updated/],
      [path('..resources.limits.memory}{..resources.requests.cpu'), '64Mi100m'],
      ['create serviceaccount robot', /created/],
      ['set serviceaccount deploy web robot', 'deployment.apps/web serviceaccount updated\n'],
      [path('..serviceAccountName'), 'robot'],
    ));

  it('set: selector of a service, subject of a binding', () =>
    steps(
      ['create service clusterip web --tcp=80', /created/],
      ['set selector service web app=other', 'service/web selector updated\n'],
      ['get svc web -o jsonpath={.spec.selector}', '{"app":"other"}'],
      ['create role r --verb=get --resource=pods', /created/],
      ['create rolebinding rb --role=r --user=alice', /created/],
      ['set subject rolebinding rb --user=bob --group=ops --serviceaccount=default:robot', /subjects updated/],
      ['get rolebinding rb -o jsonpath={.subjects[*].name}', 'alice bob ops robot'],
      ['delete svc/web', /deleted/],
    ));

  it('expose: a deployment, a service and a pod', () =>
    steps(
      ['expose deploy web --port=80 --target-port=8080', 'service/web exposed\n'],
      ['get svc web -o jsonpath={.spec.selector.app}{.spec.ports[0].targetPort}', 'web8080'],
      ['expose svc web --port=81 --name=again --type=NodePort', 'service/again exposed\n'],
      ['get svc again -o jsonpath={.spec.type}{.spec.ports[0].port}', 'NodePort81'],
      ['run solo --image=busybox --port=8080 --labels=app=solo --expose', 'service/solo created\npod/solo created\n'],
      ['expose pod solo --name=pod --cluster-ip=None --session-affinity=ClientIP', 'service/pod exposed\n'],
      ['get svc pod -o jsonpath={.spec.clusterIP}{.spec.sessionAffinity}{.spec.ports[0].port}', 'NoneClientIP8080'],
      ['! expose deploy web --port=80', /services "web" already exists/],
      ['! expose cm one --port=80', /cannot expose a ConfigMap/],
    ));
});
