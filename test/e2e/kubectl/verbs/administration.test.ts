/** taint, cordon, uncordon, drain; auth and certificates: what administrators do. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';
import { podManifest } from '../../../support/manifests.ts';

eachKubectl('administration', ({ steps, file, run, outcome, namespace, minor, json }) => {
  // Each version has a node of its own.
  const node = minor === 30 ? 'default-1' : 'default-2';
  const taints = `get node ${node} -o jsonpath={.spec.taints}`;
  beforeAll(async () => {
    await file('admin-role.json', {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r', namespace } },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    });
  });

  it('taint: adds, refuses the second, overwrites, removes by key, effect and value', () =>
    steps(
      [`taint node ${node} gpu=yes:NoSchedule`, `node/${node} tainted\n`],
      [taints, '[{"effect":"NoSchedule","key":"gpu","value":"yes"}]'],
      [
        `! taint node ${node} gpu=no:NoSchedule`,
        /already has gpu taint\(s\) with same effect\(s\) and --overwrite is false/,
      ],
      [`taint node ${node} gpu=no:NoSchedule --overwrite`, `node/${node} modified\n`],
      [`taint node -l kubernetes.io/hostname=${node} gpu=no:PreferNoSchedule`, `node/${node} tainted\n`],
      [`taint node ${node} gpu:NoSchedule-`, `node/${node} untainted\n`],
      [taints, '[{"effect":"PreferNoSchedule","key":"gpu","value":"no"}]'],
      [`taint node ${node} gpu-`, `node/${node} untainted\n`],
      [taints, ''],
      [`! taint node ${node} gpu-`, /taint "gpu" not found/],
      [`! taint node ${node} a=b:Bogus`, /invalid taint effect: Bogus/],
    ));

  it('cordon and uncordon: once, by label, in a dry run', () =>
    steps(
      [`cordon ${node} --dry-run=server`, `node/${node} cordoned (server dry run)\n`],
      [`get node ${node} -o jsonpath={.spec.unschedulable}`, ''],
      [`cordon ${node}`, `node/${node} cordoned\n`],
      [`cordon ${node}`, `node/${node} already cordoned\n`],
      [`get node ${node} --no-headers`, /Ready,SchedulingDisabled/],
      [`~ ${taints}`, /"effect":"NoSchedule","key":"node.kubernetes.io\/unschedulable"/],
      [`uncordon -l kubernetes.io/hostname=${node}`, `node/${node} uncordoned\n`],
      [`uncordon ${node}`, `node/${node} already uncordoned\n`],
      [`~ ${taints}`, ''],
      ['! cordon none', /nodes "none" not found/],
    ));

  it('drain: needs leave for bare pods and local data; only those of a label; a dry run leaves all', async () => {
    const bound = { nodeName: node, terminationGracePeriodSeconds: 1 };
    const data = { ...bound, volumes: [{ name: 'tmp', emptyDir: {} }] };
    const items = [podManifest('bare', namespace, bound), podManifest('local', namespace, data)];
    await file('bound.json', { apiVersion: 'v1', kind: 'List', items });
    await run('create -f DIR/bound.json');
    await run('wait --for=condition=Ready pod/bare pod/local --timeout=30s');
    const names = async () => (await run('get pods -l app -o name')).trim().split('\n');
    const refused = await outcome(`drain ${node} --ignore-daemonsets`);
    expect(refused.stderr).toMatch(/cannot delete .*[Pp]ods (that|declare no controller|not managed).*bare/s);
    expect(refused.stderr).toContain('--force');
    const local = await outcome(`drain ${node} --force --pod-selector=app=local`);
    expect(local.stderr).toMatch(/--delete-emptydir-data/);
    await run(`drain ${node} --force --delete-emptydir-data --dry-run=server`);
    expect(await names()).toEqual(['pod/bare', 'pod/local']);
    const one = await run(`drain ${node} --force --delete-emptydir-data --pod-selector=app=local --timeout=30s`);
    expect(one).toMatch(new RegExp(`evicting pod \\S+/local\npod/local evicted\nnode/${node} drained`));
    expect(await names()).toEqual(['pod/bare']);
    await steps(
      [
        `drain ${node} --force --ignore-daemonsets --grace-period=1 --disable-eviction --delete-emptydir-data --timeout=30s`,
        new RegExp(`node/${node} drained`),
      ],
      ['get pods -l app -o name', ''],
      [`uncordon ${node}`, /uncordoned/],
    );
  });

  it('auth: can-i, --list, whoami, reconcile', async () => {
    await steps(
      ['auth can-i create pods', 'yes\n'],
      ['auth can-i get pods --subresource=log', 'yes\n'],
      ["auth can-i '*' '*' --all-namespaces", 'yes\n'],
      ['auth can-i get /metrics', 'yes\n'],
      ['auth can-i delete node/default-0 -q', ''],
      ['auth can-i --list --no-headers', /^\*\.\* +\[\] +\[\] +\[\*\]$/m],
      ['auth whoami', /^ATTRIBUTE +VALUE\nUsername +admin\nGroups +\[system:masters system:authenticated\]\n/],
      ['auth whoami -o jsonpath={.status.userInfo.username}', 'admin'],
      ['auth whoami --as=bob --as-group=x --as-uid=7', /Username +bob\nUID +7\nGroups +\[x system:authenticated\]\n/],
      ['auth reconcile -f DIR/admin-role.json', 'role.rbac.authorization.k8s.io/r reconciled\n'],
      ['get role r -o jsonpath={.rules[0].verbs}', '["get"]'],
    );
    await run(`patch role r --type=json -p '[{"op":"add","path":"/rules/0/verbs/-","value":"watch"}]'`);
    await steps(
      [
        'auth reconcile -f DIR/admin-role.json --remove-extra-permissions',
        'role.rbac.authorization.k8s.io/r reconciled\n',
      ],
      ['get role r -o jsonpath={.rules[0].verbs}', '["get"]'],
    );
  });

  it('certificate: approves one, denies another, neither twice the other way', async () => {
    const names = ['yes', 'no'].map((name) => `${name}-${minor}`);
    for (const name of names) {
      const args = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj', `/CN=${name}`];
      const request = Buffer.from((await promisify(execFile)('openssl', args)).stdout).toString('base64');
      const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] };
      await file(`${name}.json`, {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name },
        spec,
      });
      await run(`create -f DIR/${name}.json`);
    }
    const [yes, no] = names;
    await steps(
      [`certificate approve ${yes}`, `certificatesigningrequest.certificates.k8s.io/${yes} approved\n`],
      [`certificate deny -f DIR/${no}.json`, `certificatesigningrequest.certificates.k8s.io/${no} denied\n`],
      [`get csr ${yes} ${no} --no-headers`, new RegExp(`^${yes} .* Approved(,Issued)?\n${no} .* Denied\n$`)],
      [`! certificate deny ${yes}`, /certificate signing request "yes-\d+" is already Approved/],
      ['! certificate approve none', /"none" not found/],
    );
    const { status } = await json<{ status: { conditions: object[] } }>(`get csr ${yes}`);
    expect(status.conditions).toMatchObject([{ type: 'Approved', reason: 'KubectlApprove', status: 'True' }]);
    await run(`delete csr ${yes} ${no}`);
  });
});
