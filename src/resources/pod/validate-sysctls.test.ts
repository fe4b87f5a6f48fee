import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const podSpec = (hostNetwork: boolean, restartPolicy = 'Always') => ({
  hostNetwork,
  restartPolicy,
  containers: [{ name: 'c', image: 'i' }],
  securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] },
});
const metadata = { labels: { a: 'b' } };
const selector = { matchLabels: { a: 'b' } };
const template = (hostNetwork: boolean, restartPolicy?: string) => ({
  metadata,
  spec: podSpec(hostNetwork, restartPolicy),
});
const workload = (hostNetwork: boolean) => ({ spec: { selector, template: template(hostNetwork) } });
const job = (hostNetwork: boolean) => ({ template: template(hostNetwork, 'Never') });

describe("a sysctl of the host's network", () => {
  it.each<[string, (hostNetwork: boolean) => object]>([
    ['Pod', (hostNetwork) => ({ spec: podSpec(hostNetwork) })],
    ['PodTemplate', (hostNetwork) => ({ template: template(hostNetwork) })],
    ['ReplicationController', (hostNetwork) => ({ spec: { selector: { a: 'b' }, template: template(hostNetwork) } })],
    ['Deployment', workload],
    ['ReplicaSet', workload],
    ['DaemonSet', workload],
    ['StatefulSet', workload],
    ['Job', (hostNetwork) => ({ spec: { ...job(hostNetwork), selector, manualSelector: true } })],
    ['CronJob', (hostNetwork) => ({ spec: { schedule: '0 0 * * *', jobTemplate: { spec: job(hostNetwork) } } })],
  ])('is refused in a new %s, and in one that had none; one that has it may be written', (kind, object) => {
    const { refusals, updateRefusals } = kindFixture(kind);
    const refused = expect.stringMatching(/sysctls\[0\]\.name: .* may not be specified when 'hostNetwork' is true$/);
    expect(refusals(object(true))).toContainEqual(refused);
    expect(updateRefusals(object(true), object(false))).toContainEqual(refused);
    expect(updateRefusals({ metadata: { finalizers: ['example.com/a'] }, ...object(true) }, object(true))).toEqual([]);
  });
});
