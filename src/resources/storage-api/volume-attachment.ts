/** storage.k8s.io/v1 VolumeAttachment. Source: pkg/apis/storage/validation, ValidateVolumeAttachment, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, requiredField } from '../field-errors.ts';

interface VolumeAttachment extends KubeObject {
  spec?: {
    attacher?: string;
    nodeName?: string;
    source?: { persistentVolumeName?: string; inlineVolumeSpec?: object };
  };
  status?: { attached?: boolean };
}

export const volumeAttachment = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    column('Attacher', 'attacher is the name of the volume driver that attaches.', ({ spec }) => spec?.attacher ?? '', {
      format: 'name',
    }),
    column('PV', 'The volume that is attached.', ({ spec }) => spec?.source?.persistentVolumeName ?? ''),
    column('Node', 'The node that the volume is attached to.', ({ spec }) => spec?.nodeName ?? ''),
    column('Attached', 'Whether the volume is successfully attached.', ({ status }) => status?.attached ?? false, {
      type: 'boolean',
    }),
    AGE_COLUMN,
  ],
  subresources: { status: true },
  prepareForCreate: (object) => {
    object.status = { attached: false };
  },
  validate: ({ spec = {} }) => {
    const { persistentVolumeName, inlineVolumeSpec } = spec.source ?? {};
    return [
      ...(spec.attacher ? [] : [requiredField('spec.attacher')]),
      ...(spec.nodeName ? [] : [requiredField('spec.nodeName')]),
      ...(persistentVolumeName === undefined && inlineVolumeSpec === undefined
        ? [requiredField('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')]
        : []),
    ];
  },
  validateUpdate: ({ spec }, { spec: old }) => checkImmutable('spec', spec, isDeepStrictEqual(spec, old)),
});
