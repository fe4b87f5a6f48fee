/** fleet.flotilla.dev/v1alpha1 SimulationProfile: our own kind, how the simulated pods that it selects behave. */
import { formatLabelSelector } from '../../../values/label-selector.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../../columns.ts';
import { type Column, defineResource } from '../../define-resource.ts';
import type { SimulationProfile } from './types.ts';
import { validateSimulationProfile } from './validate-simulation-profile.ts';

const column = (
  name: string,
  type: 'string' | 'integer',
  description: string,
  cell: Column<SimulationProfile>['cell'],
  priority?: number,
): Column<SimulationProfile> => ({ name, type, description, cell, ...(priority === undefined ? {} : { priority }) });

const ALL = '<all>';
const listed = (texts: readonly string[] = []): string => (texts.length === 0 ? ALL : texts.join(','));

function nodesOf({ spec: { selector: { nodes, pool } = {} } = {} }: SimulationProfile): string {
  const parts = [
    ...(pool === undefined ? [] : [`pool ${pool}`]),
    ...(nodes === undefined ? [] : [formatLabelSelector(nodes)]),
  ].filter((part) => part !== '');
  return parts.length === 0 ? ALL : parts.join(' and ');
}

const BEHAVIOUR = ['pull', 'start', 'readinessDelay', 'run', 'init', 'stop', 'usage', 'logs', 'stages'] as const;

export const simulationProfile = defineResource<SimulationProfile>({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'SimulationProfile',
  plural: 'simulationprofiles',
  shortNames: ['simprofile', 'simprofiles'],
  namespaced: false,
  schema: 'dev.flotilla.fleet.v1alpha1.SimulationProfile',
  subresources: { status: true },
  columns: [
    NAME_COLUMN,
    column('Priority', 'integer', 'The highest comes first.', ({ spec }) => spec?.priority ?? 0),
    column('Namespaces', 'string', 'Whose pods.', ({ spec }) => listed(spec?.selector?.namespaces)),
    column('Pods', 'string', 'Which pods.', ({ spec }) => formatLabelSelector(spec?.selector?.pods ?? {}) || ALL),
    column('Nodes', 'string', 'On which nodes.', nodesOf),
    column('Sets', 'string', 'What the profile says something about.', ({ spec }) =>
      BEHAVIOUR.filter((name) => spec?.[name] !== undefined).join(','),
    ),
    column('Images', 'string', 'Of which images.', ({ spec }) => listed(spec?.selector?.images), 1),
    column('Containers', 'string', 'Which containers.', ({ spec }) => listed(spec?.selector?.containers), 1),
    AGE_COLUMN,
  ],
  applyDefaults: (object) => {
    object.spec ??= {};
    object.spec.priority ??= 0;
    for (const { events = [], conditions = [] } of object.spec.stages ?? []) {
      for (const event of events) {
        event.type ??= 'Normal';
      }
      for (const condition of conditions) {
        condition.status ??= 'True';
      }
    }
  },
  prepareForCreate: (object) => {
    delete object.status;
  },
  validate: validateSimulationProfile,
});
