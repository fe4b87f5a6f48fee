/** storage.k8s.io/v1 CSINode. Source: pkg/apis/storage/validation, ValidateCSINode, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { duplicateField, requiredField } from '../field-errors.ts';

interface CSINode extends KubeObject {
  spec?: { drivers?: { name?: string; nodeID?: string }[] };
}

export const csiNode = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSINode',
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    column(
      'Drivers',
      'Drivers indicates the number of CSI drivers registered on the node',
      ({ spec }) => spec?.drivers?.length ?? 0,
      {
        type: 'integer',
      },
    ),
    AGE_COLUMN,
  ],
  validate: ({ spec = {} }) => {
    const drivers = spec.drivers ?? [];
    const names = drivers.map(({ name = '' }) => name);
    return drivers.flatMap(({ name = '', nodeID = '' }, index) => {
      const at = `spec.drivers[${index}]`;
      return [
        ...(name === '' ? [requiredField(`${at}.name`)] : []),
        ...(nodeID === '' ? [requiredField(`${at}.nodeID`)] : []),
        ...(names.indexOf(name) < index ? [duplicateField(`${at}.name`, name)] : []),
      ];
    });
  },
});
