/** The node selector, and the node affinity, required and preferred. */
import type { NodeSelectorTerm, PodSpec } from '../../kinds/pod.ts';
import { matchesTerm, requiredAffinity, requiredTerms } from '../../node-selector.ts';
import { byHighest, type NodeScorer, nowMeets, type Plugin, type Refusal } from './plugin.ts';

const name = 'NodeAffinity';
const REFUSED: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  preemptible: false,
};

/** The names that one term allows; undefined: any. Its requirements must all hold. */
function namesOfTerm({ matchFields = [] }: NodeSelectorTerm): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key === 'metadata.name' && operator === 'In') {
      names = new Set(values.filter((value) => names?.has(value) ?? true));
    }
  }
  return names;
}

/** A daemon's pod names its node: nobody needs to look at the others. */
function onlyNodes(spec: PodSpec): Set<string> | undefined {
  const names = requiredTerms(spec)?.map(namesOfTerm) ?? [undefined];
  return names.includes(undefined) ? undefined : new Set(names.flatMap((each) => [...(each ?? [])]));
}

function preference(spec: PodSpec): { score?: NodeScorer } {
  const terms = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  if (terms.length === 0) {
    return {};
  }
  const points: NodeScorer['points'] = ({ info }) =>
    terms.reduce((sum, { weight, preference: term }) => {
      const { matchExpressions = [], matchFields = [] } = term;
      const isEmpty = matchExpressions.length + matchFields.length === 0;
      return info !== undefined && (isEmpty || matchesTerm(term, info)) ? sum + weight : sum;
    }, 0);
  return { score: { ofNodeAlone: true, points, normalize: (all) => byHighest(all) } };
}

export const nodeAffinity: Plugin = {
  name,
  weight: 2,
  ready: ({ spec }) => {
    const matches = requiredAffinity(spec);
    const names = onlyNodes(spec);
    return {
      ...(names === undefined
        ? {}
        : names.size === 0
          ? { refuse: () => 'pod affinity terms conflict' }
          : { onlyNodes: names }),
      ...(matches === undefined
        ? {}
        : { filterAlone: ({ info }) => (info !== undefined && matches(info) ? undefined : REFUSED) }),
      ...preference(spec),
    };
  },
  helps: (event, { spec }) => {
    const matches = requiredAffinity(spec);
    return nowMeets(event, (node) => matches?.(node) ?? true);
  },
};
