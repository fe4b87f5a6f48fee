/** storage.k8s.io/v1 VolumeAttachment. Source: pkg/apis/storage/validation, ValidateVolumeAttachment, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import {
  checkImmutable,
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
  violations,
} from '../field-errors.ts';
import { checkDriverName } from './driver-name.ts';

interface InlineVolume {
  csi?: object;
  claimRef?: object;
  capacity?: Record<string, string>;
  accessModes?: string[];
}
interface VolumeError {
  message?: string;
  errorCode?: number;
}
interface VolumeAttachment extends KubeObject {
  spec?: {
    attacher?: string;
    nodeName?: string;
    source?: { persistentVolumeName?: string; inlineVolumeSpec?: InlineVolume };
  };
  status?: {
    attached?: boolean;
    attachmentMetadata?: Record<string, string>;
    attachError?: VolumeError;
    detachError?: VolumeError;
  };
}

const MAX_METADATA = 256 * 1024;
const MAX_MESSAGE = 1024;
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const MAX_INT32 = 2_147_483_647;

const COLUMNS: readonly Column<VolumeAttachment>[] = [
  NAME_COLUMN,
  column('Attacher', docOf('spec.attacher'), ({ spec }) => spec?.attacher ?? '', {
    format: 'name',
  }),
  column('PV', docOf('spec.source.persistentVolumeName'), ({ spec }) => spec?.source?.persistentVolumeName ?? ''),
  column('Node', docOf('spec.nodeName'), ({ spec }) => spec?.nodeName ?? ''),
  column('Attached', docOf('status.attached'), ({ status }) => status?.attached ?? false, {
    type: 'boolean',
  }),
  AGE_COLUMN,
];

/** A volume that only this attachment knows: a CSI volume, without what binds it to claims. */
function checkInline(path: string, { csi, claimRef, capacity = {}, accessModes = [] }: InlineVolume): StatusCause[] {
  const never = 'may not be specified in the context of inline volumes';
  return [
    ...(claimRef === undefined ? [] : [forbiddenField(`${path}.claimRef`, never)]),
    ...(Object.keys(capacity).length === 0 ? [] : [forbiddenField(`${path}.capacity`, never)]),
    ...(csi === undefined
      ? [requiredField(`${path}.csi`, 'has to be specified in the context of inline volumes')]
      : []),
    ...(accessModes.length === 0 ? [requiredField(`${path}.accessModes`)] : []),
  ];
}

function checkSource({ source = {} }: NonNullable<VolumeAttachment['spec']>): StatusCause[] {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  const path = 'spec.source';
  if (name === undefined) {
    return inline === undefined ? [requiredField(path, ONE_SOURCE)] : checkInline(`${path}.inlineVolumeSpec`, inline);
  }
  if (inline !== undefined) {
    return [forbiddenField(path, ONE_SOURCE)];
  }
  return name === ''
    ? [requiredField(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
    : [];
}

/** Asked of new attachments alone: the group's first version did not ask. */
function validateCreate({ spec = {} }: VolumeAttachment): StatusCause[] {
  const { attacher = '', source = {} } = spec;
  const { persistentVolumeName: name } = source;
  return [
    ...checkDriverName('spec.attacher', attacher),
    ...(name === undefined ? [] : violations(isDNS1123Subdomain, 'spec.source.persistentVolumeName', name)),
  ];
}

const checkError = (path: string, { message = '', errorCode = 0 }: VolumeError = {}): StatusCause[] => [
  // The limit that is told is another one, in Kubernetes too.
  ...(Buffer.byteLength(message) > MAX_MESSAGE ? [tooLongField(`${path}.message`, MAX_METADATA)] : []),
  ...(errorCode < 0
    ? [invalidField(`${path}.errorCode`, errorCode, `must be between 0 and ${MAX_INT32}, inclusive`)]
    : []),
];

function validateStatusUpdate({ status = {} }: VolumeAttachment): StatusCause[] {
  const metadata = Object.entries(status.attachmentMetadata ?? {});
  const size = metadata.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...(size > MAX_METADATA ? [tooLongField('status.attachmentMetadata', MAX_METADATA)] : []),
    ...checkError('status.attachError', status.attachError),
    ...checkError('status.detachError', status.detachError),
  ];
}

export const volumeAttachment = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',
  requiresVersion: true,
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: COLUMNS,
  subresources: { status: true },
  prepareForCreate: (object) => {
    object.status = { attached: false };
  },
  validate: ({ spec = {} }) => [
    ...(spec.attacher ? [] : [requiredField('spec.attacher')]),
    ...checkSource(spec),
    ...violations(isDNS1123Subdomain, 'spec.nodeName', spec.nodeName ?? ''),
  ],
  validateCreate,
  validateUpdate: ({ spec }, { spec: old }) => checkImmutable('spec', spec, isDeepStrictEqual(spec, old)),
  validateStatusUpdate,
});
