/** What probes make of a container: whether it has started, is ready, is to be killed. Pure. */
import type { ContainerView } from '../container-view.ts';

export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
  /** What gave it up: it is to be killed. */
  readonly failed?: 'startup' | 'liveness' | 'postStart';
}

/**
 * As last reported of this very attempt; of a new one, what holds before any probe has run.
 * Source: kubelet/prober/prober_manager.go, UpdatePodStatus; a startup probe holds both back.
 */
export function healthBefore({ container, latest, reported }: ContainerView): Health {
  if (latest?.state.phase !== 'running') {
    return { started: false, ready: false };
  }
  const same = reported?.state.running !== undefined && reported.containerID?.endsWith(`://${latest.id}`) === true;
  const started = container.startupProbe === undefined || (same && reported.started === true);
  const ready = started && (container.readinessProbe === undefined || (same && reported.ready));
  return { started, ready };
}
