import { describe, expect, it } from 'vitest';
import { deployment, registryFixture } from '../../test/support/registry-fixture.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { RESOURCES, resourceId } from '../resources/index.ts';
import type { KubeObject } from '../values/object.ts';

describe('hook order', () => {
  const spied = (calls: string[]): readonly ResourceDefinition[] =>
    RESOURCES.map((definition) => {
      if (resourceId(definition) !== 'deployments.apps') {
        return definition;
      }
      const note = (name: string, object: KubeObject) => {
        calls.push(`${name} ${object.metadata.uid === undefined ? 'without' : 'with'} uid`);
      };
      return {
        ...definition,
        prepareForCreate: (object) => note('prepareForCreate', object),
        prepareForUpdate: (object) => note('prepareForUpdate', object),
        applyDefaults: (object) => note('applyDefaults', object),
        validate: (object) => {
          note('validate', object);
          return [];
        },
        validateUpdate: (object) => {
          note('validateUpdate', object);
          return [];
        },
        validateStatusUpdate: (object) => {
          note('validateStatusUpdate', object);
          return [];
        },
        warnings: (object) => {
          note('warnings', object);
          return ['careful'];
        },
      } satisfies ResourceDefinition;
    });

  it('is the documented one for each writer', async () => {
    const calls: string[] = [];
    const { registry } = await registryFixture({ resources: spied(calls) });
    const created = await registry.create('deployments.apps', 'default', deployment('a'));
    expect(created.warnings).toEqual(['careful']);
    const names = (): string[] => calls.splice(0).map((call) => call.replace(' with uid', ''));
    expect(names()).toEqual(['prepareForCreate', 'applyDefaults', 'validate', 'warnings']);
    await registry.update('deployments.apps', 'default', 'a', deployment('a', { replicas: 3 }));
    expect(names()).toEqual(['prepareForUpdate', 'applyDefaults', 'validate', 'validateUpdate', 'warnings']);
    const status = { ...deployment('a'), status: { replicas: 3 } };
    await registry.updateStatus('deployments.apps', 'default', 'a', status);
    expect(names()).toEqual(['applyDefaults', 'validateStatusUpdate']);
  });
});
