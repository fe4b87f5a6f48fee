/** The KubeletConfiguration of the fleet: defaults, under its file, under what was set by flag, variable or our own file. */
import { StartupError } from '../errors.ts';
import {
  KUBELET_DEFAULTS,
  type KubeletConfiguration,
  overlay,
  readKubeletConfiguration,
  type WholeConfiguration,
} from '../values/kubelet-configuration/configuration.ts';
import { formatGoDuration } from '../values/kubelet-configuration/go-duration.ts';
import { type ConfigFile, parseYaml } from './config-file.ts';

/** Settings that are fields of a KubeletConfiguration too. */
type Given = (
  name: 'kubelet.nodeLeaseDurationSeconds' | 'kubelet.nodeStatusUpdateFrequency' | 'kubelet.nodeStatusReportFrequency',
) => number | undefined;

/** Throws StartupError, naming all that is wrong with the file. */
export const kubeletConfiguration = (file: ConfigFile | undefined, flags: KubeletConfiguration): WholeConfiguration =>
  overlay(file === undefined ? KUBELET_DEFAULTS : readFile(file), flags);

/** What was set by flag, variable or our own file. */
export function kubeletFlags(given: Given): KubeletConfiguration {
  const lease = given('kubelet.nodeLeaseDurationSeconds');
  const update = given('kubelet.nodeStatusUpdateFrequency');
  const report = given('kubelet.nodeStatusReportFrequency');
  return {
    ...(lease === undefined ? {} : { nodeLeaseDurationSeconds: lease }),
    ...(update === undefined ? {} : { nodeStatusUpdateFrequency: formatGoDuration(update) }),
    ...(report === undefined ? {} : { nodeStatusReportFrequency: formatGoDuration(report) }),
  };
}

function readFile(file: ConfigFile): WholeConfiguration {
  const raw = parseYaml(file) as { apiVersion?: unknown; kind?: unknown } | null;
  const { configuration, problems } = readKubeletConfiguration(raw);
  const missing = (['apiVersion', 'kind'] as const).filter((name) => raw?.[name] === undefined);
  const all = problems.length > 0 ? problems : missing.map((name) => `${name} must be set`);
  if (all.length > 0) {
    throw new StartupError(`failed to load kubelet config file, path: ${file.path}, error: ${all.join('; ')}`);
  }
  return overlay(KUBELET_DEFAULTS, configuration);
}
