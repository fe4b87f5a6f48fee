import { describe, expect, it, test } from 'vitest';
import { describeColumn } from './describe-column.ts';
import { RESOURCES } from './index.ts';

const described = (plural: string, column: string, version = 'v1'): string => {
  const definition = RESOURCES.find((each) => each.plural === plural && each.version === version);
  const found = definition?.columns.find(({ name }) => name === column);
  if (definition === undefined || found === undefined) {
    throw new Error(`no column ${column} of ${plural}`);
  }
  return describeColumn(definition, found);
};

test.each(RESOURCES.map((definition) => [definition.plural, definition] as const))(
  'every column of %s is described',
  (_, definition) => {
    const texts = definition.columns.map((column) => describeColumn(definition, column));
    expect(texts.filter((text) => text.length < 5)).toEqual([]);
  },
);

describe('in the words of Kubernetes', () => {
  it.each([
    [
      'pods',
      'IP',
      /^podIP address allocated to the pod\. Routable at least within the cluster\. Empty if not yet allocated\.$/,
    ],
    ['pods', 'Node', /^NodeName indicates in which node this pod is scheduled\. If empty, /],
    ['services', 'Cluster-IP', /^clusterIP is the IP address of the service and is usually assigned randomly\. /],
    ['daemonsets', 'Node Selector', /^NodeSelector is a selector which must be true for the pod to fit on a node\. /],
    ['nodes', 'Version', /^Kubelet Version reported by the node\.$/],
    ['rolebindings', 'Role', /^RoleRef can reference a Role in the current namespace or a ClusterRole /],
    ['events', 'Last Seen', /^The time at which the most recent occurrence of this event was recorded\.$/],
    ['ingresses', 'Class', /^The name of the IngressClass resource that should be used for additional configuration$/],
  ])('%s %s', (plural, column, words) => {
    expect(described(plural, column)).toMatch(words);
  });

  it('both forms of an autoscaler say the same', () => {
    expect(described('horizontalpodautoscalers', 'Targets')).toBe(
      described('horizontalpodautoscalers', 'Targets', 'v2'),
    );
  });
});
