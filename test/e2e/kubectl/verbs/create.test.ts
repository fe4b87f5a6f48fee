/** Every generator of `create`, and what of its flags reaches the server. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { eachKubectl } from '../../../support/kubectl-suite.ts';

const spec = (get: string, path: string) => `get ${get} -o 'jsonpath={${path}}'`;

eachKubectl('create', ({ steps, file, folder, minor, run }) => {
  beforeAll(async () => {
    await file('text', 'hello\n');
    await writeFile(join(folder(), 'binary'), Buffer.from([0xff]));
    await file('env', '# comment\nA=1\nB=two words\n');
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=a.example', '-days', '1'],
      ...['-keyout', `${folder()}/key`, '-out', `${folder()}/cert`],
    ]);
  });

  it('configmap: of literals, files, folders and environments', () =>
    steps(
      ["create configmap literal --from-literal=a=1 --from-literal='b=x=y'", 'configmap/literal created\n'],
      [spec('cm literal', '.data'), '{"a":"1","b":"x=y"}'],
      ['create cm files --from-file=DIR/text --from-file=as=DIR/text --from-file=DIR/binary', /created/],
      [spec('cm files', '.data}{.binaryData.binary'), '{"as":"hello\\n","text":"hello\\n"}/w=='],
      ['create cm env --from-env-file=DIR/env', /created/],
      [spec('cm env', '.data'), '{"A":"1","B":"two words"}'],
      ['create cm hashed --from-literal=a=1 --append-hash', /^configmap\/hashed-\w{10} created\n$/],
      ['create cm dry --from-literal=a=1 --dry-run=server -o jsonpath={.data.a}{.metadata.uid}', /^1\w{8}-/],
      ['! get cm dry', /NotFound/],
      ['! create cm literal', /configmaps "literal" already exists/],
    ));

  it('secret: generic, tls, docker-registry', () =>
    steps(
      ['create secret generic s --from-literal=a=b --type=my/type', 'secret/s created\n'],
      [spec('secret s', '.type} {.data.a'), 'my/type Yg=='],
      ['create secret tls t --cert=DIR/cert --key=DIR/key', /created/],
      [spec('secret t', '.type'), 'kubernetes.io/tls'],
      ['create secret docker-registry d --docker-server=r.example --docker-username=u --docker-password=p', /created/],
      [
        `get secret d -o 'go-template={{index .data ".dockerconfigjson" | base64decode}}'`,
        /^\{"auths":\{"r.example":\{"username":"u"/,
      ],
      ['! create secret tls t2 --cert=DIR/text --key=DIR/key', /failed to find any PEM data/],
    ));

  it('deployment, job, cronjob, job of a cronjob', () =>
    steps(
      ['create deployment web --image=a:1 --image=b:2 --replicas=2 --port=80', 'deployment.apps/web created\n'],
      [spec('deploy web', '..image} {.spec.replicas} {..containerPort'), 'a:1 b:2 2 80'],
      ['create deployment run --image=busybox -- sleep 1d', /created/],
      [spec('deploy run', '..command'), '["sleep","1d"]'],
      ['create job one --image=busybox -- date', 'job.batch/one created\n'],
      [spec('job one', '..command} {..restartPolicy'), '["date"] Never'],
      ["create cronjob often --image=busybox --schedule='*/5 * * * *' --restart=OnFailure -- date", /created/],
      [spec('cronjob often', '.spec.schedule} {..restartPolicy'), '*/5 * * * * OnFailure'],
      ['create job now --from=cronjob/often', 'job.batch/now created\n'],
      [
        spec('job now', '.metadata.annotations} {.metadata.ownerReferences[0].kind} {..command'),
        '{"cronjob.kubernetes.io/instantiate":"manual"} CronJob ["date"]',
      ],
    ));

  it('service: clusterip, nodeport, loadbalancer, externalname', () =>
    steps(
      ['create service clusterip c --tcp=80:8080 --tcp=443', 'service/c created\n'],
      [
        spec('svc c', '.spec.ports[*].name} {.spec.ports[0].targetPort} {.spec.selector'),
        '80-8080 443 8080 {"app":"c"}',
      ],
      ['create service clusterip headless --clusterip=None', /created/],
      [spec('svc headless', '.spec.clusterIP'), 'None'],
      ['create service nodeport n --tcp=80 --node-port=31234', /created|provided port is already allocated/],
      [spec('svc n', '.spec.ports[0].nodePort'), '31234'],
      ['delete svc n', /deleted/],
      ['create service loadbalancer l --tcp=80', /created/],
      [spec('svc l', '.spec.type} {.spec.externalTrafficPolicy'), 'LoadBalancer Cluster'],
      ['create service externalname e --external-name=a.example', /created/],
      [spec('svc e', '.spec.externalName'), 'a.example'],
    ));

  it('ingress, pdb, quota', () =>
    steps(
      [
        "create ingress i --class=nginx --rule='a.example/p*=s:80,tls=sec' --default-backend=d:http --annotation=a=b",
        /created/,
      ],
      [
        spec('ingress i', '.spec.rules[0].http.paths[0].path} {..pathType} {.spec.tls} {.spec.ingressClassName'),
        '/p Prefix [{"hosts":["a.example"],"secretName":"sec"}] nginx',
      ],
      ['create pdb p --selector=app=a --max-unavailable=50%', 'poddisruptionbudget.policy/p created\n'],
      [spec('pdb p', '.spec'), '{"maxUnavailable":"50%","selector":{"matchLabels":{"app":"a"}}}'],
      ['create quota q --hard=pods=2,count/jobs.batch=1', 'resourcequota/q created\n'],
      [spec('quota q', '.spec.hard'), '{"count/jobs.batch":"1","pods":"2"}'],
      ['! create quota bad --hard=cpu=1 --scopes=BestEffort', /unsupported scope applied to resource/],
      ['delete quota q', /deleted/],
    ));

  it('serviceaccount, role, rolebinding, clusterrole, clusterrolebinding', () =>
    steps(
      ['create sa robot', 'serviceaccount/robot created\n'],
      ['create role r --verb=get,list --resource=pods,deployments.apps/scale --resource-name=a', /role.* created/],
      [
        spec('role r', '.rules[1]'),
        '{"apiGroups":["apps"],"resourceNames":["a"],"resources":["deployments/scale"],"verbs":["get","list"]}',
      ],
      ['create rolebinding rb --role=r --user=u --group=g --serviceaccount=default:robot', /created/],
      [spec('rolebinding rb', '.roleRef.kind} {.subjects[*].name'), 'Role u g robot'],
      [`create clusterrole cr-${minor} --verb=get --non-resource-url=/healthz`, /created/],
      [spec(`clusterrole cr-${minor}`, '.rules'), '[{"nonResourceURLs":["/healthz"],"verbs":["get"]}]'],
      [`create clusterrole agg-${minor} --aggregation-rule=a=b`, /created/],
      [spec(`clusterrole agg-${minor}`, '.aggregationRule'), '{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}'],
      [`create clusterrolebinding crb-${minor} --clusterrole=cr-${minor} --user=u`, /created/],
      [spec(`clusterrolebinding crb-${minor}`, '.roleRef.name'), `cr-${minor}`],
      [
        `delete clusterrolebinding,clusterrole crb-${minor} cr-${minor} --ignore-not-found`,
        /"crb-.*" deleted[\s\S]*"cr-.*" deleted/,
      ],
    ));

  it('namespace and priorityclass', () =>
    steps(
      [`create ns made-${minor}`, `namespace/made-${minor} created\n`],
      [
        spec(`ns made-${minor}`, '.status.phase} {.metadata.labels'),
        `Active {"kubernetes.io/metadata.name":"made-${minor}"}`,
      ],
      [`create priorityclass pc-${minor} --value=7 --description=why --preemption-policy=Never`, /created/],
      [spec(`pc pc-${minor}`, '.value} {.description} {.preemptionPolicy'), '7 why Never'],
      [
        '! create priorityclass big --value=2000000000',
        /maximum allowed value of a user defined priority is 1000000000/,
      ],
      [`delete ns/made-${minor} pc/pc-${minor}`, /deleted[\s\S]*deleted/],
    ));

  it('token: for a while, for an audience, for a pod', async () => {
    const claims = async (flags: string) =>
      JSON.parse(Buffer.from((await run(`create token robot ${flags}`)).split('.')[1] ?? '', 'base64url').toString());
    await run(`run bound --image=busybox --overrides='{"spec":{"serviceAccountName":"robot"}}'`);
    await steps(
      ['create token robot -o jsonpath={.kind}', 'TokenRequest'],
      ['! create token none', /"none" not found/],
    );
    const plain = await claims('--duration=20m --audience=me --audience=you');
    expectClaims(plain, { aud: ['me', 'you'] }, 1_200);
    const bound = await claims('--bound-object-kind=Pod --bound-object-name=bound');
    expectClaims(bound, { 'kubernetes.io': { pod: { name: 'bound' }, serviceaccount: { name: 'robot' } } }, 3_600);
  });
});

function expectClaims(claims: { exp: number; iat: number }, wanted: object, seconds: number): void {
  expect(claims).toMatchObject(wanted);
  expect(claims.exp - claims.iat).toBe(seconds);
}
