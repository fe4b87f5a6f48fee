/**
 * Who ends before whom: main containers at once, then the sidecars, the last that was started first. Pure.
 * Source: kuberuntime_termination_order.go.
 */
import { type ContainerView, isAlive } from '../container-view.ts';

/** `views` in the order of their start. */
export function endsAfter(view: ContainerView, views: readonly ContainerView[]): ContainerView[] {
  if (view.kind !== 'sidecar') {
    return [];
  }
  const place = views.indexOf(view);
  return views.filter(
    (other, i) => isAlive(other) && (other.kind === 'main' || (other.kind === 'sidecar' && i > place)),
  );
}
