/** The names under which our own components write, those of Kubernetes where it has such a component. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { WriteOptions } from '../registry.ts';

/** Who changes specs, metadata and most statuses for the control plane. */
export const CONTROLLERS = 'kube-controller-manager';
/** Who sends bulk requests, say, and names nobody; also the controllers of our own kinds. */
export const FLOTILLA = 'flotilla';

export const isOwnGroup = (group: string): boolean => group === 'fleet.flotilla.dev';

/** Who reports the status of a kind as a whole. */
export const reporterOf = ({ group, statusReporter }: ResourceDefinition): string =>
  statusReporter ?? (isOwnGroup(group) ? FLOTILLA : CONTROLLERS);

/** Who makes a write that names no manager. Controllers' writes are fenced. */
export function componentOf({ group }: ResourceDefinition, { component, fence }: WriteOptions): string {
  return component ?? (fence === undefined || isOwnGroup(group) ? FLOTILLA : CONTROLLERS);
}
