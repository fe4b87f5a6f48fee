/**
 * Affinity and anti-affinity to other pods: what the pod asks for, and what running pods ask of it. The parts are in
 * `pod-terms.ts` (its own) and `terms-of-others.ts`. Source: plugins/interpodaffinity.
 */
import { compileTerms } from '../demand/affinity-term.ts';
import { changesAffinity } from './affinity-events.ts';
import type { Plugin } from './plugin.ts';
import { ownFilter, ownPreference } from './pod-terms.ts';
import { TermsOfOthers } from './terms-of-others.ts';

const name = 'InterPodAffinity';

export const interPodAffinity: Plugin = {
  name,
  weight: 2,
  ready: ({ pod }, world, { InterPodAffinity: args = {} }) => {
    const terms = compileTerms(pod);
    const own = ownFilter(name, pod, terms, world);
    const preference = ownPreference(terms, world);
    const others = new TermsOfOthers(name, pod, world, args);
    const isAnywhere = [...terms.near, ...terms.apart, ...terms.preferred.map(({ term }) => term)].some(
      ({ namespaces }) => namespaces === undefined,
    );
    const namespaces = world.namespaces.version;
    return {
      filter: (node) => own.filter?.(node) ?? others.filter(node),
      isFiltering: () => own.filter !== undefined || others.isFiltering(),
      score: {
        ofNodeAlone: false,
        points: (nodes) =>
          others.look(terms.preferred.length > 0) || preference.points !== undefined
            ? nodes.map((node) => (preference.points?.(node) ?? 0) + others.points(node))
            : undefined,
        normalize: betweenExtremes,
      },
      isStale: () => isAnywhere && namespaces !== world.namespaces.version,
      release: () => {
        own.release();
        preference.release();
      },
    };
  },
  helps: (event, { pod }, world) => changesAffinity(event, pod, world),
};

/** The lowest becomes 0 and the highest 100; 0 for all when they are equal. */
function betweenExtremes(points: number[]): void {
  const lowest = points.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = points.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  for (const [index, value] of points.entries()) {
    points[index] = highest === lowest ? 0 : Math.floor((100 * (value - lowest)) / (highest - lowest));
  }
}
