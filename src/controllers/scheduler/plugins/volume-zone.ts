/** Zone and region that a volume bears as labels are those of the node. Source: plugins/volumezone/volume_zone.go, 1.34. */
import { REGION_LABEL, ZONE_LABEL } from '../../../values/node-labels.ts';
import { isSameJson } from '../../../values/same-json.ts';
import type { VolumeInfo } from '../../views/volume-view.ts';
import { concernsClaims, sharedClaims } from '../cache/claim-users.ts';
import { nowMeets, type Plugin, type Refusal } from './plugin.ts';

const name = 'VolumeZone';
const CONFLICT: Refusal = {
  plugin: name,
  reasons: ['node(s) had no available volume zone'],
  preemptible: false,
};

/** What a node may call what a volume calls by the first name. */
const NAMES: readonly (readonly [string, ...string[]])[] = [
  ['failure-domain.beta.kubernetes.io/zone', ZONE_LABEL],
  ['failure-domain.beta.kubernetes.io/region', REGION_LABEL],
  [ZONE_LABEL],
  [REGION_LABEL],
];

interface Place {
  readonly names: readonly string[];
  readonly values: ReadonlySet<string>;
}

/** A volume may be in several zones: `a__b`. An empty one says nothing. Source: cloud-provider/volume/helpers/zones.go. */
const placesOf = ({ labels }: VolumeInfo): Place[] =>
  NAMES.flatMap((names) => {
    const values = (labels[names[0]] ?? '').split('__').map((value) => value.trim());
    return values.includes('') ? [] : [{ names, values: new Set(values) }];
  });

type Labels = Readonly<Record<string, string>>;
const isIn = ({ names, values }: Place, labels: Labels): boolean =>
  values.has(labels[names.find((each) => labels[each] !== undefined) ?? ''] ?? '');

export const volumeZone: Plugin = {
  name,
  ready: ({ pod }, { volumes }) => {
    const { version, view } = volumes;
    const claims = sharedClaims(pod);
    if (claims.length === 0) {
      return undefined;
    }
    const names = claims
      .map((claim) => view.claims.get(pod.namespace, claim)?.spec.volumeName ?? '')
      .filter((volume) => volume !== '');
    const missing = names.find((volume) => view.volumes.get('', volume) === undefined);
    const places = names.flatMap((volume) => {
      const stored = view.volumes.get('', volume);
      return stored === undefined ? [] : placesOf(stored);
    });
    return {
      refuse: () => (missing === undefined ? undefined : `persistentvolume "${missing}" not found`),
      filter: ({ info }) => {
        const labels: Labels = info?.labels ?? {};
        // A node that is in no zone is of a fleet that has but one.
        const isSomewhere = NAMES.some(([label]) => labels[label] !== undefined);
        return isSomewhere && places.some((place) => !isIn(place, labels)) ? CONFLICT : undefined;
      },
      isFiltering: () => places.length > 0,
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod }) =>
    event.kind === 'storage'
      ? concernsClaims(event.claim, pod)
      : nowMeets(event, () => true) || (event.kind === 'node' && !isSameJson(event.before?.labels, event.node.labels)),
};
