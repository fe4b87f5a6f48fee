/** `status.phase` from the containers. Pure. Source: kubelet_pods.go getPhase. */
import { type ContainerView, hasSucceeded, isAlive, isOver, isRunning } from './container-view.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** `ending`: the pod is being deleted or was finished by the kubelet, and nothing of it will run again. */
export function podPhase(views: readonly ContainerView[], restartPolicy: string, ending: boolean): PodPhase {
  const mains = views.filter(({ kind }) => kind === 'main');
  const started = mains.some(({ latest }) => latest !== undefined);
  if (!started) {
    return phaseBeforeMain(views, restartPolicy, ending);
  }
  if (mains.some((view) => isRunning(view))) {
    return mains.some(neverRan) ? 'Pending' : 'Running';
  }
  if (mains.some((view) => !isOver(view))) {
    // A restarted container that is not running yet had a run before: the pod has been Running and stays so.
    return mains.every(neverRan) || mains.some(({ latest }) => latest === undefined) ? 'Pending' : 'Running';
  }
  if (views.some(isAlive)) {
    // A sidecar still ends; a terminal phase comes only after everything has.
    return 'Running';
  }
  const succeeded = mains.every(hasSucceeded);
  if (ending) {
    return succeeded ? 'Succeeded' : 'Failed';
  }
  if (restartPolicy === 'Always') {
    return 'Running';
  }
  return succeeded ? 'Succeeded' : restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function phaseBeforeMain(views: readonly ContainerView[], restartPolicy: string, ending: boolean): PodPhase {
  const inits = views.filter(({ kind }) => kind !== 'main');
  const failed = inits.some((view) => view.kind === 'init' && isOver(view) && !hasSucceeded(view));
  if (ending && !inits.some(isAlive)) {
    return 'Failed';
  }
  return failed && restartPolicy === 'Never' ? 'Failed' : 'Pending';
}

/** Not yet started, or created for the first time. */
const neverRan = ({ latest }: ContainerView): boolean =>
  latest === undefined || (latest.state.phase === 'created' && latest.attempt === 0);
