import { describe, expect, it } from 'vitest';
import { strategyOf } from './patch-strategy.ts';

const strategy = (schema: string) => strategyOf({ schema });
const at = (schema: string, ...path: readonly string[]) => {
  const [last = '', ...parents] = path.toReversed();
  const parent = parents.toReversed().reduce((from, name) => from?.field(name)?.nested, strategy(schema));
  return parent?.field(last);
};
const DEPLOYMENT = 'io.k8s.api.apps.v1.Deployment';

describe('strategyOf', () => {
  it('merges lists by key, down to nested ones', () => {
    expect(at(DEPLOYMENT, 'spec', 'template', 'spec', 'containers')).toMatchObject({
      patchStrategy: 'merge',
      mergeKey: 'name',
    });
    expect(at(DEPLOYMENT, 'spec', 'template', 'spec', 'containers', 'ports')?.mergeKey).toBe('containerPort');
    expect(at(DEPLOYMENT, 'spec', 'template', 'spec', 'volumes')).toMatchObject({ mergeKey: 'name', retainKeys: true });
    expect(at(DEPLOYMENT, 'spec', 'strategy')).toMatchObject({ patchStrategy: 'merge', retainKeys: true });
  });

  it('merges lists of scalars without a key', () => {
    expect(at('io.k8s.api.core.v1.Pod', 'metadata', 'finalizers')).toEqual({ patchStrategy: 'merge' });
  });

  it('leaves scalars, plain lists and maps of scalars to the plain rules', () => {
    for (const path of [
      ['spec', 'hostname'],
      ['spec', 'tolerations'],
      ['metadata', 'labels'],
    ]) {
      expect(at('io.k8s.api.core.v1.Pod', ...path)).toBeUndefined();
    }
    expect(at('io.k8s.api.core.v1.Pod', '__proto__')).toBeUndefined();
  });

  it('has none for our own kind', () => {
    expect(strategy('dev.flotilla.fleet.v1alpha1.NodePool')).toBeUndefined();
  });
});
