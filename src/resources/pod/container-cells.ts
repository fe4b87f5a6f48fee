/** Cells of a workload's wide table that come from its template. Source: printers.go, layoutContainerCells. */
import type { PodTemplate } from './pod-spec.ts';

export const containerNames = (template: PodTemplate | undefined): string =>
  (template?.spec?.containers ?? []).map(({ name = '' }) => name).join(',');

export const containerImages = (template: PodTemplate | undefined): string =>
  (template?.spec?.containers ?? []).map(({ image = '' }) => image).join(',');
