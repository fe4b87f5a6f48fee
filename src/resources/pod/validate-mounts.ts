/** What a container mounts. Source: pkg/apis/core/validation, ValidateVolumeMounts, ValidateVolumeDevices, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField, notFoundField, requiredField, unsupportedField } from '../field-errors.ts';
import type { Container, VolumeDevice, VolumeMount } from './container.ts';
import { checkDescendingPath, checkNoBacksteps } from './validate-paths.ts';
import type { Volume } from './volume.ts';

/** The pod's valid volumes by name. */
export type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

function checkPropagation(path: string, mode: string, container: Container): StatusCause[] {
  const privileged = container.securityContext?.privileged === true;
  return [
    ...(PROPAGATIONS.includes(mode) ? [] : [unsupportedField(path, mode, PROPAGATIONS)]),
    ...(mode === 'Bidirectional' && !privileged
      ? [forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers')]
      : []),
  ];
}

function checkRecursiveReadOnly(path: string, mount: VolumeMount): StatusCause[] {
  const { recursiveReadOnly = 'Disabled', readOnly, mountPropagation = 'None' } = mount;
  if (!RECURSIVE_READ_ONLY.includes(recursiveReadOnly)) {
    return [unsupportedField(path, recursiveReadOnly, RECURSIVE_READ_ONLY)];
  }
  if (recursiveReadOnly === 'Disabled') {
    return [];
  }
  return [
    ...(readOnly === true ? [] : [forbiddenField(path, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None'
      ? []
      : [forbiddenField(path, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

/** Sub-path errors are reported on the list, as the reference does. */
function checkMount(list: string, index: number, mount: VolumeMount, container: Container): StatusCause[] {
  const { subPath = '', subPathExpr = '', mountPropagation } = mount;
  const both = subPath !== '' && subPathExpr !== '';
  return [
    ...checkDescendingPath(`${list}.subPath`, subPath),
    ...(both
      ? [invalidField(`${list}[${index}].subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...checkDescendingPath(`${list}.subPathExpr`, subPathExpr),
    ...(mountPropagation === undefined
      ? []
      : checkPropagation(`${list}.mountPropagation`, mountPropagation, container)),
    ...checkRecursiveReadOnly(`${list}.recursiveReadOnly`, mount),
  ];
}

export function checkMounts(path: string, container: Container, volumes: Volumes): StatusCause[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const mountPaths = new Set<string>();
  const deviceNames = new Set(volumeDevices.map((device) => device.name));
  const devicePaths = new Set(volumeDevices.map(({ devicePath }) => devicePath));
  return volumeMounts.flatMap((mount, index) => {
    const { name = '', mountPath = '' } = mount;
    const causes: StatusCause[] = [];
    const at = `${path}[${index}]`;
    if (name === '') {
      causes.push(requiredField(`${at}.name`));
    }
    if (!volumes.has(name)) {
      causes.push(notFoundField(`${at}.name`, name));
    }
    if (mountPath === '') {
      causes.push(requiredField(`${at}.mountPath`));
    }
    if (mountPaths.has(mountPath)) {
      causes.push(invalidField(`${at}.mountPath`, mountPath, 'must be unique'));
    }
    mountPaths.add(mountPath);
    if (deviceNames.has(name)) {
      causes.push(invalidField(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devicePaths.has(mountPath)) {
      causes.push(invalidField(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    causes.push(...checkMount(path, index, mount, container));
    return causes;
  });
}

function checkDeviceName(path: string, name: string, volumes: Volumes): StatusCause[] {
  const volume = volumes.get(name);
  if (volume === undefined) {
    return [...(name === '' ? [requiredField(path)] : []), notFoundField(path, name)];
  }
  const isClaim = volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined;
  const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
  return isClaim ? [] : [invalidField(path, name, detail)];
}

function checkDevicePath(path: string, devicePath: string): StatusCause[] {
  if (devicePath === '') {
    return [requiredField(path)];
  }
  return checkNoBacksteps(path, devicePath).length === 0
    ? []
    : [invalidField(path, devicePath, "can not contain backsteps ('..')")];
}

export function checkDevices(path: string, devices: readonly VolumeDevice[], volumes: Volumes): StatusCause[] {
  const names = new Set<string>();
  const paths = new Set<string>();
  return devices.flatMap(({ name = '', devicePath = '' }, index) => {
    const at = `${path}[${index}]`;
    const causes = [
      ...(names.has(name) ? [invalidField(`${at}.name`, name, 'must be unique')] : []),
      ...checkDeviceName(`${at}.name`, name, volumes),
      ...(paths.has(devicePath) ? [invalidField(`${at}.devicePath`, devicePath, 'must be unique')] : []),
      ...checkDevicePath(`${at}.devicePath`, devicePath),
    ];
    names.add(name);
    paths.add(devicePath);
    return causes;
  });
}
