import { describe, expect, it } from 'vitest';
import { HostPorts, type TakenPort, takenPorts } from './host-ports.ts';
import type { Node } from './node.ts';
import type { Pod, PodSpec } from './pod.ts';
import { admitPod } from './pod-admission.ts';

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', uid: 'n', labels: { 'kubernetes.io/os': 'linux', disk: 'hdd' } },
  spec: { taints: [{ key: 'gone', effect: 'NoExecute' }] },
  status: { allocatable: { pods: '3', cpu: '2', memory: '1Gi' } },
};
const port = (hostPort: number, more = {}) => ({ containerPort: 80, hostPort, ...more });
const web = (ports: ReturnType<typeof port>[], resources = {}): PodSpec => ({
  containers: [{ name: 'c', ports, resources }],
  tolerations: [{ operator: 'Exists' }],
});
const pod = (spec: PodSpec, metadata = {}): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', spec },
  metadata: { name: 'p', namespace: 'ns', uid: 'u', ...metadata },
});
function admit(one: Pod, { used = {}, taken = web([]), ending = false, unsafe = [] as string[] } = {}) {
  const ports = new HostPorts();
  ports.set('other', takenPorts(taken));
  const isTaken = (wanted: TakenPort) => ports.isTaken(wanted, one.metadata.uid);
  const load = { used: new Map(Object.entries<number>(used)), isTaken };
  return admitPod(one, node, load, { configuration: { allowedUnsafeSysctls: unsafe }, isShuttingDown: ending });
}
const reason = (...given: Parameters<typeof admit>) => admit(...given)?.reason;

describe('admission', () => {
  it('tells the first reason, in the kubelet’s order', () => {
    const wrong: PodSpec = {
      containers: [{ name: 'c', ports: [port(80)], resources: { requests: { memory: '2Gi', cpu: '4' } } }],
      nodeSelector: { disk: 'ssd' },
      securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] },
    };
    const load = { used: { pods: 3, cpu: 1_000 }, taken: web([port(80)]), ending: true };
    const seen: (string | undefined)[] = [];
    const next = (spec: PodSpec, now = load, unsafe: string[] = ['kernel.msg*']) =>
      seen.push(reason(pod(spec), { ...now, unsafe }));
    next(wrong, load, []);
    next({ ...wrong, os: { name: 'windows' } });
    next(wrong);
    next(wrong, { ...load, used: { pods: 2, cpu: 1_000 } });
    const fits = { ...wrong, containers: [{ name: 'c', ports: [port(80)] }] };
    next(fits, { ...load, used: { pods: 2, cpu: 0 } });
    const matches = { ...fits, nodeSelector: { disk: 'hdd' } };
    next(matches, { ...load, used: { pods: 2, cpu: 0 } });
    const alone = { used: { pods: 2, cpu: 0 }, taken: web([]), ending: true };
    next(matches, alone);
    next({ ...matches, tolerations: [{ operator: 'Exists' }] }, alone);
    next({ ...matches, tolerations: [{ operator: 'Exists' }] }, { ...alone, ending: false });
    expect(seen).toEqual([
      ...['SysctlForbidden', 'PodOSNotSupported', 'OutOfpods', 'OutOfcpu', 'NodeAffinity', 'NodePorts'],
      ...['TaintToleration', 'NodeShutdown', undefined],
    ]);
  });

  it('leaves out groups of images only where the runtime can', () => {
    const strict = { ...web([]), securityContext: { supplementalGroupsPolicy: 'Strict' as const } };
    const load = { used: new Map<string, number>(), isTaken: () => false };
    const terms = { configuration: {}, isShuttingDown: false };
    const on = (features: object) =>
      admitPod(pod(strict), { ...node, status: { ...node.status, ...features } }, load, terms);
    const refused = {
      ...{ reason: 'SupplementalGroupsPolicyNotSupported' },
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    };
    expect([on({}), on({ features: { supplementalGroupsPolicy: false } })]).toEqual([refused, refused]);
    expect(on({ features: { supplementalGroupsPolicy: true } })).toBeUndefined();
    expect(admit(pod({ ...strict, securityContext: { supplementalGroupsPolicy: 'Merge' } }))).toBeUndefined();
  });

  it('says which sysctl it does not take', () => {
    const spec = { ...web([]), securityContext: { sysctls: [{ name: 'vm.swappiness', value: '1' }] } };
    expect(admit(pod(spec))?.message).toBe('forbidden sysctl: "vm.swappiness" not allowlisted');
  });

  it.each([
    [port(80), port(80), true],
    [port(80), port(81), false],
    [port(80), port(80, { protocol: 'UDP' }), false],
    [port(80, { hostIP: '10.0.0.1' }), port(80), true],
    [port(80, { hostIP: '10.0.0.1' }), port(80, { hostIP: '10.0.0.2' }), false],
  ])('%j beside %j: %s', (wanted, taken, clashes) => {
    expect(reason(pod(web([wanted])), { taken: web([taken]) })).toBe(clashes ? 'NodePorts' : undefined);
    const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always', ports: [taken] }], containers: [] };
    expect(reason(pod(web([wanted])), { taken: sidecar })).toBe(clashes ? 'NodePorts' : undefined);
    const init = { initContainers: [{ name: 's', ports: [taken] }], containers: [] };
    expect(reason(pod(web([wanted])), { taken: init })).toBeUndefined();
  });

  it('lets static pods stay whatever the taint, and no pod that is labelled for another system', () => {
    const untolerating: PodSpec = { containers: [{ name: 'c' }] };
    expect(reason(pod(untolerating, { annotations: { 'kubernetes.io/config.source': 'file' } }))).toBeUndefined();
    const labels = { 'kubernetes.io/os': 'windows' };
    expect(reason(pod(web([]), { labels }))).toBe('PodOSSelectorNodeLabelDoesNotMatch');
  });

  it('counts no port against the pod that has it, and none of a pod that is gone', () => {
    const ports = new HostPorts();
    const [port] = takenPorts(web([{ containerPort: 80, hostPort: 80 }]));
    const wanted = port as TakenPort;
    ports.set('a', [wanted, { ...wanted, address: '10.0.0.1' }]);
    expect([ports.isTaken(wanted, 'a'), ports.isTaken(wanted, 'b')]).toEqual([false, true]);
    ports.set('a', []);
    expect(ports.isTaken(wanted, 'b')).toBe(false);
  });
});
