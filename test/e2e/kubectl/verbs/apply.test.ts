/** apply, diff, kustomize, replace, create -f: whole manifests, and what of them changes the server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { deploymentManifest } from '../../../support/manifests.ts';

const KUSTOMIZATION = `
namePrefix: dev-
commonAnnotations: { team: blue }
resources: [base.json]
images: [{ name: busybox, newTag: '9' }]
replicas: [{ name: web, count: 2 }]
configMapGenerator: [{ name: settings, literals: [colour=blue] }]
`;
const config = (name: string, value: string) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { set: 'pruned' } } },
  data: { value },
});
const list = (...items: object[]) => ({ apiVersion: 'v1', kind: 'List', items });

eachKubectl('apply', ({ steps, outcome, file, folder, run, namespace }) => {
  beforeAll(async () => {
    await file('web.json', deploymentManifest('web', namespace, 1));
    await file('web3.json', deploymentManifest('web', namespace, 3));
    await file('both.json', list(config('one', '1'), config('two', '2')));
    await file('wrong.json', list({ ...config('wrong', '1'), dat: {} }));
    await file('one.json', config('one', '1'));
  });

  it('diff: exits with 1 and shows what would change, with 0 when nothing would; changes nothing', async () => {
    const absent = await outcome('diff -f DIR/web.json');
    expect([absent.code, absent.stderr]).toEqual([1, '']);
    expect(absent.stdout).toMatch(/^\+ {2}replicas: 1$/m);
    await steps(
      ['! get deploy web', /NotFound/],
      ['create -f DIR/web.json --save-config', 'deployment.apps/web created\n'],
      ['diff -f DIR/web.json', ''],
    );
    const changed = await outcome('diff -f DIR/web3.json');
    expect([changed.code, changed.stderr]).toEqual([1, '']);
    expect(changed.stdout).toMatch(/^-\s+replicas: 1\n\+\s+replicas: 3$/m);
    await steps(['get deploy web -o jsonpath={.spec.replicas}', '1']);
  });

  it('apply -f: creates, configures, leaves unchanged; dry runs change nothing', () =>
    steps(
      ['apply -f DIR/web3.json --dry-run=server', 'deployment.apps/web configured (server dry run)\n'],
      ['apply -f DIR/web3.json --dry-run=client', 'deployment.apps/web configured (dry run)\n'],
      ['get deploy web -o jsonpath={.spec.replicas}', '1'],
      ['apply -f DIR/web3.json', 'deployment.apps/web configured\n'],
      ['apply -f DIR/web3.json', 'deployment.apps/web unchanged\n'],
      ['get deploy web -o jsonpath={.spec.replicas}', '3'],
      ['apply view-last-applied deploy/web', /^ {2}replicas: 3$/m],
      ['apply -f DIR/both.json -o name', 'configmap/one\nconfigmap/two\n'],
      [
        '! apply -f DIR/wrong.json',
        /ValidationError\(ConfigMap\): unknown field "dat" in io\.k8s\.api\.core\.v1\.ConfigMap/,
      ],
      ['! create -f DIR/one.json', /AlreadyExists.*configmaps "one" already exists/],
    ));

  it('apply -k, diff -k, get -k, delete -k: a kustomization as a whole', async () => {
    await mkdir(join(folder(), 'kustom'));
    await file('kustom/base.json', deploymentManifest('web', namespace, 1));
    await file('kustom/kustomization.yaml', KUSTOMIZATION);
    expect(await run('kustomize DIR/kustom')).toContain('image: busybox:9');
    await steps(
      ['apply -k DIR/kustom', /^configmap\/dev-settings-\w+ created\ndeployment\.apps\/dev-web created\n$/],
      ['get deploy dev-web -o jsonpath={.spec.replicas}{.metadata.annotations.team}', '2blue'],
      ['get deploy dev-web -o jsonpath={..containers[0].image}', 'busybox:9'],
      ['diff -k DIR/kustom', ''],
      ['get -k DIR/kustom -o name', /^configmap\/dev-settings-\w+\ndeployment\.apps\/dev-web\n$/],
      ['delete -k DIR/kustom', /configmap "dev-settings-\w+" deleted.*\ndeployment\.apps "dev-web" deleted/],
      ['get cm,deploy -o name', /^(?!.*dev-)/s],
    );
  });

  it('apply --prune: what has the label and is no longer applied goes, and nothing else', () =>
    steps(
      ['apply -f DIR/both.json --prune -l set=pruned', /configmap\/one unchanged\nconfigmap\/two unchanged\n/],
      ['apply -f DIR/one.json --prune -l set=pruned --dry-run=server', /configmap\/two pruned \(server dry run\)/],
      ['get cm -l set=pruned -o name', 'configmap/one\nconfigmap/two\n'],
      ['apply -f DIR/one.json --prune -l set=pruned', 'configmap/one unchanged\nconfigmap/two pruned\n'],
      ['get cm -l set=pruned -o name', 'configmap/one\n'],
      ['apply -f DIR/both.json', /two created/],
      ['apply -f DIR/one.json --prune --all --prune-allowlist=core/v1/ConfigMap', /configmap\/two pruned/],
      ['get deploy web -o name', 'deployment.apps/web\n'],
    ));

  it('apply --applyset: a set of objects with a parent on the server', async () => {
    const env = { KUBECTL_APPLYSET: 'true' };
    const apply = async (path: string) => (await outcome(`apply --prune --applyset=set -f ${path}`, { env })).stdout;
    expect(await apply('DIR/both.json')).toMatch(/^configmap\/one configured\nconfigmap\/two (created|configured)\n$/);
    await steps(['get secret set -o jsonpath={.metadata.annotations}', /"applyset.kubernetes.io\/tooling":"kubectl/]);
    expect(await apply('DIR/one.json')).toMatch(/two pruned\n$/);
    await steps(['get cm -l applyset.kubernetes.io/part-of -o name', 'configmap/one\n']);
  });

  it('replace: the whole object; with --force under another uid; not what does not exist', async () => {
    const uid = () => run('get cm one -o jsonpath={.metadata.uid}');
    const before = await uid();
    await file('changed.json', { ...config('one', 'changed'), metadata: { name: 'one' } });
    await file('other.json', config('other', '1'));
    await steps(
      ['replace -f DIR/changed.json', 'configmap/one replaced\n'],
      ['get cm one -o jsonpath={.data.value}{.metadata.labels}', 'changed'],
      ['! replace -f DIR/other.json', /NotFound.*configmaps "other" not found/],
    );
    expect(await uid()).toBe(before);
    await steps(
      ['replace --force -f DIR/one.json', /^configmap "one" deleted.*\nconfigmap\/one replaced\n$/],
      ['replace --force -f DIR/other.json', 'configmap/other replaced\n'],
      ['get cm one -o jsonpath={.data.value}', '1'],
    );
    expect(await uid()).not.toBe(before);
    await steps([
      'replace --raw=/api/v1/namespaces/NONE/configmaps/one -f DIR/one.json'.replace('NONE', namespace),
      /"one"/,
    ]);
  });

  it('create -f: whole lists, without a name, and with what is wrong in them', async () => {
    await file('generated.json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } });
    await file('typo.json', { ...config('typo', '1'), dat: {} });
    await file('bad.json', config('Bad_Name', '1'));
    await steps(
      ['create -f DIR/generated.json', /^configmap\/made-\w{5} created\n$/],
      ['! create -f DIR/typo.json', /strict decoding error: unknown field "dat"/],
      ['create -f DIR/typo.json --validate=warn', 'configmap/typo created\n'],
      ['! create -f DIR/bad.json', /The ConfigMap "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name"/],
      ['create -f DIR/typo.json --dry-run=client --validate=ignore -o yaml', /^kind: ConfigMap$/m],
      ['get -f DIR/typo.json -o name', 'configmap/typo\n'],
      ['delete -f DIR/typo.json', /"typo" deleted/],
      ['! get -f DIR/typo.json', /NotFound/],
    );
  });
});
