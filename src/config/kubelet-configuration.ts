/** The KubeletConfiguration of the fleet: defaults, under its file, under what was set by flag, variable or our own file. */
import { StartupError } from '../errors.ts';
import {
  KUBELET_DEFAULTS,
  type KubeletConfiguration,
  overlay,
  readKubeletConfiguration,
  type WholeConfiguration,
  withTexts,
} from '../values/kubelet-configuration/configuration.ts';
import { formatGoDuration } from '../values/kubelet-configuration/go-duration.ts';
import { semanticProblems } from '../values/kubelet-configuration/validate.ts';
import { type ConfigFile, parseYaml } from './config-file.ts';
import { KUBELET_FLAGS, type KubeletFlag } from './kubelet-flags.ts';

/** Settings that are fields of a KubeletConfiguration too. */
type Given = (name: 'kubelet.nodeLeaseDurationSeconds' | DurationSetting | `kubelet.${KubeletFlag}`) => unknown;
type DurationSetting = 'kubelet.nodeStatusUpdateFrequency' | 'kubelet.nodeStatusReportFrequency';

/** Throws StartupError, naming all that is wrong with the file, or with what the flags make of it. */
export function kubeletConfiguration(file: ConfigFile | undefined, flags: KubeletConfiguration): WholeConfiguration {
  const whole = overlay(file === undefined ? KUBELET_DEFAULTS : readFile(file), flags);
  const problems = semanticProblems(whole);
  if (problems.length > 0) {
    throw new StartupError(`failed to validate the kubelet's flags: ${problems.join('; ')}`);
  }
  return whole;
}

/** What was set by flag, variable or our own file. */
export function kubeletFlags(given: Given): KubeletConfiguration {
  const durations = (['nodeStatusUpdateFrequency', 'nodeStatusReportFrequency'] as const).map((field) => {
    const ms = given(`kubelet.${field}`) as number | undefined;
    return [field, ms === undefined ? undefined : formatGoDuration(ms)] as const;
  });
  const fields = [
    ['nodeLeaseDurationSeconds', given('kubelet.nodeLeaseDurationSeconds')] as const,
    ...durations,
    ...KUBELET_FLAGS.map((field) => [field, given(`kubelet.${field}`)] as const),
  ];
  // Each was read by its own rule; together they are checked over the file.
  return withTexts(Object.fromEntries(fields.filter(([, value]) => value !== undefined)));
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
