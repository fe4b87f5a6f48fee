/** How many volumes of each CSI driver a node can have, by its CSINode, and what VolumeAttachments say that it has. */
import type { Informer } from '../../../registry/informer.ts';
import { same } from '../../equality.ts';
import { ATTACHMENTS, CSI_NODES, type CsiNode, type VolumeAttachment } from '../../kinds/volume.ts';
import { Grouped } from '../../views/grouped.ts';
import type { Views } from '../../views/views.ts';

/** By driver; a driver that names no count has no limit. */
type Limits = Readonly<Record<string, number>>;
interface Attachment {
  readonly node: string;
  readonly driver: string;
  /** Name of the persistent volume. */
  readonly volume: string;
}

const limitsOf = ({ spec }: CsiNode): Limits =>
  Object.fromEntries(
    (spec?.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count]],
    ),
  );

/** A limit that comes may help too: of a driver that was not there. Source: csi.go, isSchedulableAfterCSINodeUpdated. */
const makesRoom = (now: Limits, before: Limits): boolean =>
  Object.entries(now).some(([driver, count]) => count > (before[driver] ?? 0)) ||
  Object.keys(before).some((driver) => now[driver] === undefined);

export class VolumeLimits {
  readonly #limits: Informer<Limits>;
  readonly #attached = new Grouped<Attachment>();
  readonly #listeners: (() => void)[] = [];
  #version = 0;

  constructor(views: Pick<Views, 'follow'>) {
    this.#limits = views.follow<Limits>({
      resource: CSI_NODES,
      project: (object) => limitsOf(object as CsiNode),
      onChange: (_, now, before) => {
        if (!same(now, before)) {
          this.#changed(makesRoom(now ?? {}, before ?? {}));
        }
      },
    });
    views.follow<Attachment>({
      resource: ATTACHMENTS,
      project: (object) => {
        const { spec } = object as VolumeAttachment;
        return { node: spec.nodeName, driver: spec.attacher, volume: spec.source.persistentVolumeName ?? '' };
      },
      onChange: (key, now, before) => {
        if (before !== undefined) {
          this.#attached.drop(before.node, key);
        }
        if (now !== undefined) {
          this.#attached.put(now.node, key, now);
        }
        if (!same(now, before)) {
          this.#changed(before !== undefined);
        }
      },
    });
  }

  #changed(hasRoom: boolean): void {
    this.#version += 1;
    for (const listener of hasRoom ? this.#listeners : []) {
      listener();
    }
  }

  /** Of what may help pods that wait: a limit that rises, goes or comes, an attachment that goes. */
  onRoom(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Changes when any answer may have changed. */
  get version(): number {
    return this.#version;
  }

  /** No node has a CSINode. */
  get isEmpty(): boolean {
    return this.#limits.size === 0;
  }

  of = (nodeName: string): Limits | undefined => this.#limits.get('', nodeName);

  attachedTo = (nodeName: string): Iterable<Attachment> => this.#attached.of(nodeName);

  attachmentsOf = (nodeName: string): number => this.#attached.count(nodeName);
}
