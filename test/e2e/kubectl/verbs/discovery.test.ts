/** What the server says of itself: explain, api-resources, api-versions, cluster-info, version; and kubectl's own. */
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';

eachKubectl('discovery', ({ steps, run, outcome, file, folder, minor, kubectl }) => {
  it('explain: fields, nested and recursive, of every group, and those that do not exist', () =>
    steps(
      ['explain deployment', /^GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n\nDESCRIPTION:\n.+enables declarative/s],
      ['explain deployment.spec.strategy.rollingUpdate.maxSurge', /^FIELD: maxSurge <IntOrString>$/m],
      ['explain pod.spec.containers', /^FIELD: containers <\[\]Container>$/m],
      ['explain pod.spec.containers', /^ {2}name\t<string> -required-$/m],
      ['explain pod.spec.containers.imagePullPolicy', /^FIELD: imagePullPolicy <string>$/m],
      ['explain pdb.spec --recursive', /^ {2}selector\t<LabelSelector>\n {4}matchExpressions\t<\[\]LabelSelectorReq/m],
      ['explain cronjob.spec.jobTemplate.spec.template.spec.volumes.emptyDir', /^ {2}sizeLimit\t<Quantity>$/m],
      ['explain nodepool.spec', /^GROUP: +fleet\.flotilla\.dev$/m],
      ['explain hpa --api-version=autoscaling/v2', /^VERSION: +v2$/m],
      ['! explain pod.spec.bogus', 'error: field "bogus" does not exist\n'],
      ['! explain bogus', /the server doesn't have a resource type "bogus"/],
    ));

  it('api-resources: by group, verb, category and scope, as names and with their verbs', () =>
    steps(
      [
        'api-resources --api-group=apps -o name',
        'controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n',
      ],
      ['api-resources --namespaced=false -o wide', /^nodes +no +v1 +false +Node +create,delete,.*,watch *$/m],
      ['api-resources --namespaced=false --no-headers', /^(?!NAME)(?!.* true )/s],
      ['api-resources --verbs=list,watch --namespaced=true -o name', /^pods$/m],
      ['api-resources --verbs=create -o name', /^selfsubjectaccessreviews\.authorization\.k8s\.io$/m],
      ['api-resources --verbs=list -o name', /^(?!.*selfsubject)/s],
      ['api-resources --categories=all --no-headers', /^(pods|services|\w+sets|deployments|\w+ers|\w*jobs) .*\n/],
      ['api-resources --sort-by=kind --no-headers', /CSIDriver\n[\s\S]* ConfigMap\n[\s\S]* VolumeAttachment\n$/],
      ['api-versions', /^(.+\n)*apps\/v1\n(.+\n)*fleet\.flotilla\.dev\/v1alpha1\n(.+\n)*v1\n$/],
    ));

  it('api-resources: what docs/compatibility.md lists', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../../../docs/compatibility.md'), 'utf8');
    const listed = docs.match(/^NAME +SHORTNAMES[^`]*/m)?.[0];
    const printed = (await run('api-resources')).replace(/ +$/gm, '');
    expect(printed).toBe(listed);
  });

  it('version, cluster-info and its dump', async () => {
    const { clientVersion, serverVersion } = JSON.parse(await run('version -o json')) as Record<string, Version>;
    expect([clientVersion?.minor, serverVersion?.major, serverVersion?.minor]).toEqual([String(minor), '1', '34']);
    expect(serverVersion?.gitVersion).toMatch(/^v1\.34\.\d+\+flotilla-/);
    await steps(
      ['cluster-info', /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/],
      ['cluster-info dump --namespaces=default', /"kind": "PodList"[\s\S]*==== START logs for container/],
      ['cluster-info dump --namespaces=default --output-directory=DIR/dump', /^Cluster info dumped to /],
    );
    // Dumped files are whole lists.
    const nodes = await outcome('get -f DIR/dump/nodes.json -o name');
    expect(nodes.stdout.trim().split('\n')).toHaveLength(10);
  });

  it('config: views, sets the namespace, and never prints the token', async () => {
    await steps(
      ['config view --minify', /certificate-authority-data: DATA\+OMITTED\n {4}server: https:\/\/127\.0\.0\.1:/],
      ['config current-context', 'flotilla\n'],
      ['config get-contexts -o name', 'flotilla\n'],
    );
    expect(await run('config view')).not.toMatch(/token: (?!REDACTED)/);
    const copy = await file('config', await run('config view --raw --flatten'));
    await kubectl().run('config', 'set-context', '--current', '--namespace=kube-system', '--kubeconfig', copy);
    expect(await kubectl().run('get', 'serviceaccount', '--kubeconfig', copy)).toMatch(/^default +0 /m);
  });

  it('completion: names of objects, kinds and containers come from the server', async () => {
    expect(await run('completion bash')).toContain('__start_kubectl');
    const complete = async (...args: string[]) =>
      (await kubectl().outcome(['__complete', ...args], { kubeconfigFrom: 'environment' })).stdout;
    expect(await complete('get', 'node', 'default-')).toMatch(/^default-0\n(default-\d\n){9}/);
    expect(await complete('get', 'deploy')).toMatch(/^deployments\.apps\n/);
    expect(await complete('logs', 'deployment/h')).toMatch(/^deployment\/hello\n/);
  });

  it('plugin list, and a plugin that talks to the server', async () => {
    const plugin = await file('kubectl-hello', '#!/bin/sh\nexec "$KUBECTL" get node default-0 -o name\n');
    await chmod(plugin, 0o755);
    const env = { PATH: `${folder()}:/usr/bin:/bin`, KUBECTL: kubectl().binary };
    const options = { env, kubeconfigFrom: 'environment' } as const;
    const listed = await kubectl().outcome(['plugin', 'list'], options);
    expect(listed.stdout).toContain(join(folder(), 'kubectl-hello'));
    expect((await kubectl().outcome(['hello'], options)).stdout).toBe('node/default-0\n');
  });
});

interface Version {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}
