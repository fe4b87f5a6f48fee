/** A drain that has begun outlives its deletion until its nodes are given back: a finalizer. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Drain } from '../../resources/fleet/drain.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';

const DRAINS = 'drains.fleet.flotilla.dev';
const FINALIZER = 'fleet.flotilla.dev/nodes';

const isHeld = ({ metadata }: Pick<KubeObject, 'metadata'>): boolean =>
  metadata.finalizers?.includes(FINALIZER) === true;

type Changed = [context: Pick<ControllerContext, 'registry'>, drain: Drain, run: ReconcileContext];

export async function holdDrain(...[{ registry }, drain, { lease }]: Changed): Promise<void> {
  const { name = '', uid = '' } = drain.metadata;
  if (isHeld(drain)) {
    return;
  }
  const change = ({ metadata }: KubeObject): boolean => {
    metadata.finalizers = [...(metadata.finalizers ?? []), FINALIZER];
    return metadata.deletionTimestamp === undefined;
  };
  await registry.modify(DRAINS, '', name, change, { uid, fence: lease });
}

export async function letDrainGo(...[{ registry }, drain, { lease }]: Changed): Promise<void> {
  const { name = '', uid = '' } = drain.metadata;
  const change = (object: KubeObject): boolean => {
    const mayGo = isHeld(object);
    object.metadata.finalizers = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    return mayGo;
  };
  await registry.modify(DRAINS, '', name, change, { uid, fence: lease });
}
