/** What a pod's own affinity terms make of a node. */

import type { PodInfo } from '../../views/pod-info.ts';
import type { PodTally } from '../cache/pod-tallies.ts';
import type { TopologySums } from '../cache/topology-sums.ts';
import type { AffinityTerm, PodTerms } from '../demand/affinity-term.ts';
import type { World } from '../world/world.ts';
import type { Filter, NodeScorer, Refusal } from './plugin.ts';

interface OwnTerms<T> {
  readonly release: () => void;
  readonly filter?: T;
}

/** Pods that all of the terms mean. */
function tallyOf(terms: readonly AffinityTerm[], { tallies, namespaces }: World): PodTally {
  const [first] = terms;
  return tallies.take({
    key: `affinity ${terms.map(({ key }) => key).join(' ')}`,
    namespaces: terms.every((term) => term.namespaces !== undefined) ? first?.namespaces : undefined,
    matches: (pod) => terms.every((term) => term.matches(pod, namespaces.of)),
  });
}

const sumsOf = (tally: PodTally, { topologyKey }: AffinityTerm): TopologySums =>
  tally.sums(topologyKey, { topologyKey });

/** A pod that is the first of its kind may go anywhere, if it means itself. */
function nearFilter(plugin: string, pod: PodInfo, near: readonly AffinityTerm[], world: World): OwnTerms<Filter> {
  if (near.length === 0) {
    return { release: () => undefined };
  }
  const tally = tallyOf(near, world);
  const sums = near.map((term) => sumsOf(tally, term));
  const meansItself = near.every((term) => term.matches(pod, world.namespaces.of));
  const refused: Refusal = {
    plugin,
    reasons: ["node(s) didn't match pod affinity rules"],
    preemptible: false,
  };
  const filter: Filter = ({ info }) => {
    let finds = true;
    for (const each of sums) {
      const value = info?.labels[each.topologyKey];
      if (value === undefined) {
        return refused;
      }
      finds &&= each.of(value) > 0;
    }
    return finds || (meansItself && sums.every(({ total }) => total === 0)) ? undefined : refused;
  };
  return { filter, release: () => tally.release() };
}

function apartFilter(plugin: string, apart: readonly AffinityTerm[], world: World): OwnTerms<Filter> {
  if (apart.length === 0) {
    return { release: () => undefined };
  }
  const tallies = apart.map((term) => tallyOf([term], world));
  const sums = tallies.map((tally, index) => sumsOf(tally, apart[index] as AffinityTerm));
  const refused: Refusal = {
    plugin,
    reasons: ["node(s) didn't match pod anti-affinity rules"],
    preemptible: true,
  };
  const filter: Filter = ({ info }) =>
    sums.some((each) => each.of(info?.labels[each.topologyKey]) > 0) ? refused : undefined;
  return {
    filter,
    release: () => {
      for (const tally of tallies) {
        tally.release();
      }
    },
  };
}

export function ownFilter(plugin: string, pod: PodInfo, terms: PodTerms, world: World): OwnTerms<Filter> {
  const near = nearFilter(plugin, pod, terms.near, world);
  const apart = apartFilter(plugin, terms.apart, world);
  const filters = [near.filter, apart.filter].filter((filter) => filter !== undefined);
  return {
    ...(filters.length === 0
      ? {}
      : {
          filter: (node) => {
            for (const filter of filters) {
              const refused = filter(node);
              if (refused !== undefined) {
                return refused;
              }
            }
            return undefined;
          },
        }),
    release: () => {
      near.release();
      apart.release();
    },
  };
}

/** Points for each pod around that it likes, and against each that it does not. */
export function ownPreference(
  { preferred }: PodTerms,
  world: World,
): { readonly release: () => void; readonly points?: NodeScorer['points'] } {
  if (preferred.length === 0) {
    return { release: () => undefined };
  }
  const tallies = preferred.map(({ term }) => tallyOf([term], world));
  const weighted = preferred.map(({ term, weight }, index) => ({
    weight,
    sums: sumsOf(tallies[index] as PodTally, term),
  }));
  return {
    points: ({ info }) =>
      weighted.reduce((sum, { weight, sums }) => sum + weight * sums.of(info?.labels[sums.topologyKey]), 0),
    release: () => {
      for (const tally of tallies) {
        tally.release();
      }
    },
  };
}
