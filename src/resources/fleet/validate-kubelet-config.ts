/** What a KubeletConfig may say: what the kubelet's own file may, less what a running kubelet cannot change. */
import type { StatusCause } from '../../errors.ts';
import { readKubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import { staticFields } from '../../values/kubelet-configuration/static-fields.ts';
import { checkAtMostAll, checkIntOrPercent, magnitude } from '../apps/int-or-percent.ts';
import { forbiddenField, invalidField, invalidState, requiredField } from '../field-errors.ts';
import type { KubeletConfig } from './kubelet-config.ts';

export function validateKubeletConfig({ spec = {} }: KubeletConfig): StatusCause[] {
  const { configuration: raw, rollout: { maxUnavailable = '100%' } = {} } = spec;
  const at = 'spec.rollout.maxUnavailable';
  return [
    ...(raw === undefined ? [requiredField('spec.configuration', '')] : validateDocument(raw)),
    ...checkIntOrPercent(at, maxUnavailable),
    ...checkAtMostAll(at, maxUnavailable),
    ...(magnitude(maxUnavailable) === 0 ? [invalidField(at, maxUnavailable, 'must not be 0')] : []),
  ];
}

function validateDocument(raw: object): StatusCause[] {
  const { configuration, problems } = readKubeletConfiguration(raw);
  return [
    ...problems.map((problem) => invalidState('spec.configuration', problem)),
    ...staticFields(configuration).map((name) =>
      forbiddenField(`spec.configuration.${name}`, 'a running kubelet cannot change it; set it in the kubelet file'),
    ),
  ];
}
