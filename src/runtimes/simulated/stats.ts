/** What a simulated container uses: as its profile says, else as usual. Seeded by pod and container; nothing is kept. */
import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import type { ProfileSource } from '../profile-source.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import { type Curve, curveOf } from './profiles/curve.ts';
import { said } from './profiles/match.ts';
import { usualUsage } from './usual-usage.ts';

type Pod = NonNullable<StatsQuery['pod']>;

export function simulatedStats(seed: number, profiles: ProfileSource): Stats {
  const usual = usualUsage(seed);
  const ask = async (query: StatsQuery, pod: Pod, at: number): Promise<Usage> =>
    profiledUsage(await profiles.onNode(pod.nodeName), query, pod, { at, seed, usual: usual.usage(query, at) });
  const growing = ({ spec }: SimulationProfile): boolean =>
    spec?.usage?.memory !== undefined || spec?.usage?.ephemeralStorage !== undefined;
  return {
    fills: (nodeName) => profiles.says('usage') && profiles.onNode(nodeName).then((all) => all.some(growing)),
    usage: (query, at) =>
      profiles.isEmpty || query.pod === undefined ? usual.usage(query, at) : ask(query, query.pod, at),
  };
}

interface Moment {
  readonly at: number;
  readonly seed: number;
  readonly usual: Usage;
}

function profiledUsage(
  profiles: readonly SimulationProfile[],
  { podUid, container, startedAt }: StatsQuery,
  { namespace, labels, image }: Pod,
  { at, seed, usual }: Moment,
): Usage {
  const usage = said(profiles, { namespace, labels, container, image }, 'usage');
  const of = { uid: podUid, container, seed: usage?.seed ?? seed, startedAt: startedAt ?? at };
  const { cpu, memory, ephemeralStorage: disk } = usage?.value ?? {};
  const cpuCurve = cpu === undefined ? undefined : curveOf(cpu, { ...of, resource: 'cpu' });
  const bytes = memory === undefined ? undefined : curveOf(memory, { ...of, resource: 'memory' });
  const written = disk === undefined ? undefined : curveOf(disk, { ...of, resource: 'ephemeral-storage' });
  return {
    ...usual,
    ...(cpuCurve === undefined ? {} : cpuUsage(cpuCurve, startedAt, at)),
    ...(bytes === undefined ? {} : { memory: whole(bytes.at(at)) }),
    ...(written === undefined ? {} : { ephemeralStorage: whole(written.at(at)) }),
  };
}

/** The sum of waves may miss 0 by what a float is inexact. */
const whole = (amount: number): number => Math.max(0, Math.round(amount));

const cpuUsage = (curve: Curve, startedAt: number | undefined, at: number): Pick<Usage, 'cpu' | 'cpuSeconds'> => ({
  cpu: whole(curve.at(at)),
  ...(startedAt === undefined
    ? {}
    : { cpuSeconds: Math.max(0, curve.seconds(startedAt, Math.max(startedAt, at)) / 1_000) }),
});
