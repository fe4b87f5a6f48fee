/**
 * Binds claims to volumes, makes the volumes that classes promise, and takes them back. Claims whose class waits for the
 * first consumer are decided by the scheduler. Source: controller/volume/persistentvolume, 1.34.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { type DueRef, decodeObject, type Trigger } from '../../registry/registry.ts';
import type { ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import { CLAIMS, CLASSES, type Claim, classNameOf, VOLUMES, type Volume } from '../kinds/volume.ts';
import type { ClaimInfo, VolumeView } from '../views/volume-view.ts';
import type { Provisioning } from './provision.ts';
import { syncClaim } from './sync-claim.ts';
import { syncVolume } from './sync-volume.ts';

const NAME = 'controller/persistentvolume-binder';
/** As `--pvclaimbinder-sync-period`. */
const LOOK_MS = 15_000;
/** A volume is in the view by then; without it the next look finds it. */
const GATHER_MS = 100;
const ALL = '*';

const due = (key: string, afterMs = 0): DueRef => ({ shard: NAME, key, afterMs });
const claimKey = (namespace: string, name: string): string => `claim/${namespace}/${name}`;
const volumeKey = (name: string): string => `volume/${name}`;
/** All open claims of a class. */
const classKey = (name: string): string => `class/${name}`;

const claimTrigger: Trigger = {
  resource: CLAIMS,
  dueOn: (change) => {
    const [before, after] = [change.before as Claim | undefined, change.after as Claim | undefined];
    const { metadata, spec } = (after ?? before) as Claim;
    const volume = (spec.volumeName ?? '') === '' ? [] : [due(volumeKey(spec.volumeName ?? ''))];
    if (after === undefined) {
      return volume;
    }
    const isNews =
      before === undefined ||
      !same([before.spec, before.metadata.annotations], [after.spec, after.metadata.annotations]) ||
      before.status?.phase !== after.status?.phase;
    return isNews ? [due(claimKey(metadata.namespace, metadata.name))] : [];
  },
};

const volumeTrigger: Trigger = {
  resource: VOLUMES,
  dueOn: (change) => {
    const [before, after] = [change.before as Volume | undefined, change.after as Volume | undefined];
    const { metadata, spec } = (after ?? before) as Volume;
    const { namespace = '', name = '' } = spec.claimRef ?? {};
    const claim = spec.claimRef === undefined ? [] : [due(claimKey(namespace, name), GATHER_MS)];
    if (after === undefined) {
      return claim;
    }
    if (same([before?.spec, before?.status?.phase], [after.spec, after.status?.phase])) {
      return [];
    }
    const isFree = spec.claimRef === undefined && after.status?.phase === 'Available';
    return [due(volumeKey(metadata.name)), ...claim, ...(isFree ? [due(classKey(classNameOf(after)), GATHER_MS)] : [])];
  },
};

const classTrigger: Trigger = {
  resource: CLASSES,
  dueOn: ({ after }) => (after === undefined ? [] : [due(classKey(after.metadata.name ?? ''), GATHER_MS)]),
};

/** Not those that wait for a pod: a look changes nothing, and there may be thousands. */
const undecided = (storage: VolumeView): ClaimInfo[] =>
  [...storage.openClasses()].flatMap((name) => {
    const waits = storage.classes.get('', name)?.volumeBindingMode === 'WaitForFirstConsumer';
    return [...storage.openClaims(name)].filter(({ selectedNode }) => !waits || selectedNode !== '');
  });

export const volumeBindingController: ControllerDefinition = {
  name: NAME,
  triggers: [claimTrigger, volumeTrigger, classTrigger],
  create: (context) => {
    const { registry, clock, views } = context;
    const emit = context.events('persistentvolume-controller');
    const work: Provisioning = {
      registry,
      clock,
      views,
      emit,
      emitOfProvisioner: context.events('flotilla-provisioner'),
    };
    const lookAt = async (namespace: string, name: string, { lease }: ReconcileContext): Promise<void> => {
      const stored = await registry.find(CLAIMS, namespace, name);
      const claim = stored === undefined ? undefined : decodeObject<Claim>(stored);
      if (claim !== undefined && claim.metadata.deletionTimestamp === undefined) {
        await syncClaim(work, claim, lease);
      }
    };
    const lookAtAll = async (claims: Iterable<ClaimInfo>, run: ReconcileContext): Promise<void> => {
      for (const { namespace, name } of claims) {
        run.signal.throwIfAborted();
        await lookAt(namespace, name, run);
      }
    };
    const reconcile = async (key: string, run: ReconcileContext): Promise<object> => {
      const [what, first = '', second = ''] = key.split('/');
      if (what === 'claim') {
        await lookAt(first, second, run);
      } else if (what === 'class') {
        await lookAtAll([...views.storage.openClaims(first)], run);
      } else if (what === 'volume') {
        const stored = await registry.find(VOLUMES, '', first);
        if (stored !== undefined) {
          await syncVolume(work, decodeObject<Volume>(stored), run.lease);
        }
      } else {
        await lookAtAll(undecided(views.storage), run);
      }
      return {};
    };
    return { reconciler: eachKey({ name: NAME, reconcile }), periodic: [{ key: ALL, everyMs: LOOK_MS }] };
  },
};
