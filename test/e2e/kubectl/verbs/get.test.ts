/** get: every form of output, selectors, pages, watches, raw paths. */
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { podManifest } from '../../../support/manifests.ts';
import { until } from '../../../support/until.ts';

const FRUIT = [
  ['cherry', 'red', '3'],
  ['apple', 'green', '1'],
  ['banana', 'yellow', '2'],
] as const;

eachKubectl('get', ({ steps, outcome, run, file, namespace, kubectl }) => {
  const start = (typed: string) => kubectl().start(['-n', namespace, ...typed.split(' ')]);
  beforeAll(async () => {
    const configs = FRUIT.map(([name, colour, order]) => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { order } },
      metadata: { name, labels: { colour, kind: 'fruit' }, annotations: { order } },
    }));
    const ports = [{ name: 'main', image: 'busybox:1.36', ports: [{ containerPort: 80 }] }];
    const items = [...configs, podManifest('web', namespace, { containers: ports })];
    await file('all.json', { apiVersion: 'v1', kind: 'List', items });
    await run('create -f DIR/all.json');
    await run('wait --for=condition=Ready pod/web --timeout=30s');
  });

  it('as a table: narrow, wide, with labels, without headers, of several kinds', () =>
    steps(
      ['get pod web', /^NAME +READY +STATUS +RESTARTS +AGE\nweb +1\/1 +Running +0 +\d+s\n$/],
      [
        'get pod web -o wide',
        /AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n.* 10\.\S+ +default-\d +<none> +<none>\n$/,
      ],
      ['get pod web --no-headers', /^web +1\/1 .*\n$/],
      ['get cm -l kind=fruit --show-labels --no-headers', /^apple +1 +\d+s +colour=green,kind=fruit\nbanana /],
      ['get cm -l kind=fruit -L colour', /^NAME +DATA +AGE +COLOUR\napple +1 +\d+s +green\n/],
      ['get cm,pod -l app=web', /^NAME +READY +STATUS/],
      [
        'get cm/apple pod/web --show-kind',
        /^NAME +DATA +AGE\nconfigmap\/apple +1 .*\n\nNAME +READY .*\npod\/web +1\/1/,
      ],
      ['get all', /^NAME +READY +STATUS +RESTARTS +AGE\npod\/web +1\/1/],
      ['get pods -A --no-headers', new RegExp(`^${namespace} +web +1/1 `, 'm')],
    ));

  it('as JSON, YAML, names, paths, columns and templates', () =>
    steps(
      ['get cm apple -o json', /"kind": "ConfigMap"[\s\S]*"name": "apple"/],
      ['get cm apple -o yaml', /^apiVersion: v1\ndata:\n {2}order: "1"\nkind: ConfigMap\nmetadata:\n/],
      ['get cm -l kind=fruit -o yaml', /^apiVersion: v1\nitems:\n- apiVersion: v1\n[\s\S]*kind: List\n/],
      ['get cm apple -o yaml --show-managed-fields', /managedFields:\n {2}- apiVersion: v1\n {4}fieldsType: FieldsV1/],
      ['get cm -l kind=fruit -o name', 'configmap/apple\nconfigmap/banana\nconfigmap/cherry\n'],
      ['get cm -l kind=fruit -o jsonpath={.items[*].metadata.name}', 'apple banana cherry'],
      [
        `get cm -l kind=fruit -o 'jsonpath={range .items[?(@.data.order>"1")]}{.metadata.name};{end}'`,
        'banana;cherry;',
      ],
      ['get cm cherry -o jsonpath-as-json={.data}', /^\[\n +\{\n +"order": "3"\n +\}\n\]\n$/],
      [
        'get cm -l kind=fruit -o custom-columns=FRUIT:.metadata.name,COLOUR:.metadata.labels.colour,NONE:.spec.no',
        'FRUIT    COLOUR   NONE\napple    green    <none>\nbanana   yellow   <none>\ncherry   red      <none>\n',
      ],
      [`get cm -l kind=fruit -o 'go-template={{range .items}}{{.data.order}}{{end}}'`, '123'],
    ));

  it('custom columns and templates out of files', async () => {
    await file('columns', 'NAME          N\nmetadata.name data.order\n');
    await file('template', '{{.metadata.name}}={{.data.order}}');
    await file('path', '{.metadata.labels}');
    await steps(
      ['get cm apple -o custom-columns-file=DIR/columns', 'NAME    N\napple   1\n'],
      ['get cm apple -o go-template-file=DIR/template', 'apple=1'],
      ['get cm apple -o jsonpath-file=DIR/path', '{"colour":"green","kind":"fruit"}'],
    );
  });

  it('sorted by a field', () =>
    steps(
      [
        'get cm -l kind=fruit --sort-by=.data.order -o name',
        /^configmap\/apple\nconfigmap\/banana\nconfigmap\/cherry\n$/,
      ],
      ['get cm -l kind=fruit --sort-by=.metadata.labels.colour --no-headers', /^apple .*\ncherry .*\nbanana /],
      ['get node --sort-by=.metadata.name -o name', /^(node\/default-\d\n){10}$/],
    ));

  it('chosen by labels and fields', () =>
    steps(
      ["get cm -l 'colour in (red,green)' -o name", 'configmap/apple\nconfigmap/cherry\n'],
      ["get cm -l 'kind=fruit,colour notin (red,green)' -o name", 'configmap/banana\n'],
      ["get cm -l 'colour,colour!=yellow' -o name", 'configmap/apple\nconfigmap/cherry\n'],
      ["get cm -l '!colour' --field-selector=metadata.name!=kube-root-ca.crt -o name", ''],
      ['get cm --field-selector=metadata.name=apple -o name', 'configmap/apple\n'],
      ['get pod --field-selector=status.phase=Running,spec.restartPolicy=Always -o name', 'pod/web\n'],
      ['get pod --field-selector=status.phase!=Running -o name', ''],
      [`get pod -A --field-selector=metadata.namespace=${namespace} -o name`, 'pod/web\n'],
      ['! get cm --field-selector=data.order=1', /field label not supported: data\.order|not a known field selector/],
      ["! get cm -l 'a b'", /unable to parse requirement/],
    ));

  it('in pages, with nothing lost', async () => {
    const pages = await outcome('get cm -l kind=fruit --chunk-size=1 -o name -v=6');
    expect(pages.stdout).toBe('configmap/apple\nconfigmap/banana\nconfigmap/cherry\n');
    expect(pages.stderr.match(/limit=1/g)?.length).toBeGreaterThanOrEqual(3);
    await steps(['get node --chunk-size=3 --no-headers', /^(default-\d .*\n){10}$/]);
  });

  it('nothing, and what does not exist', () =>
    steps(
      ['! get cm none', 'Error from server (NotFound): configmaps "none" not found\n'],
      ['get cm none --ignore-not-found', ''],
      ['! get cm apple none', /configmaps "none" not found/],
      ['! get bogus', /the server doesn't have a resource type "bogus"/],
      ['get secrets -l no=thing', ''],
    ));

  it('subresources and raw paths', () =>
    steps(
      ['get pod web --subresource=status -o jsonpath={.status.phase}', 'Running'],
      ['! get cm apple --subresource=status', /the server could not find the requested resource/],
      ['get --raw /version', /"major": ?"1"/],
      ['get --raw /readyz', 'ok'],
      ["get --raw '/readyz?verbose'", /^\[\+\].* ok$/m],
      [`get --raw /api/v1/namespaces/${namespace}/configmaps/apple`, /"order":"1"/],
      ['! get --raw /bogus', /the server could not find the requested resource/],
    ));

  it('-w shows what is and what comes, --watch-only what comes, with the kind of event', async () => {
    const [all, only, events] = [
      start('get cm -l kind=fruit -w'),
      start('get cm --watch-only'),
      start('get cm -w --output-watch-events'),
    ];
    await Promise.all([all, events].map((watch) => watch.printed((text) => text.includes('cherry'))));
    // A watch without a list says nothing until something happens.
    const marked = async (): Promise<boolean> => {
      await run('annotate cm banana --overwrite seen=yes');
      await run('annotate cm banana seen-');
      return only.stdout().includes('banana');
    };
    await until(marked);
    await run('create configmap damson');
    await run('label configmap damson kind=fruit');
    await run('delete configmap damson');
    await events.printed((text) => /^DELETED +damson /m.test(text));
    await only.printed((text) => /^damson /m.test(text));
    await all.printed((text) => /^damson /m.test(text));
    expect(all.stdout()).toMatch(/^NAME +DATA +AGE\napple /);
    expect(only.stdout()).not.toMatch(/^(apple|cherry) /m);
    expect(events.stdout()).toMatch(/^EVENT +NAME +DATA +AGE\nADDED +apple .*\nADDED +banana /);
    expect(events.stdout()).toMatch(/^ADDED +damson .*\nMODIFIED +damson .*\nDELETED +damson /m);
    await Promise.all([all, only, events].map((watch) => watch.stop()));
  });
});
