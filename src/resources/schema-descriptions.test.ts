import { describe, expect, it } from 'vitest';
import { schemaOf } from './schema.ts';

/** What `kubectl explain` prints of a field beside the words of its type. */
describe('a field of another type', () => {
  it.each([
    ['io.k8s.api.core.v1.Container', 'resources', /^Compute Resources required by this container\./],
    ['io.k8s.api.core.v1.Pod', 'spec', /^Specification of the desired behavior of the pod\./],
    ['io.k8s.api.core.v1.Pod', 'status', /^Most recently observed status of the pod\./],
    ['io.k8s.api.apps.v1.DeploymentSpec', 'template', /^Template describes the pods that will be created\./],
    ['io.k8s.api.apps.v1.DeploymentSpec', 'strategy', /^The deployment strategy to use/],
  ])('%s.%s says what it is for', (component, field, words) => {
    expect(schemaOf(component).properties?.[field]?.description).toMatch(words);
  });
});
