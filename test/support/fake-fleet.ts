/** A model of one collection and its history, as the server keeps it, for tests of clients; and what a client must make of it. */

export interface FakeObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}
export interface FakeChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: FakeObject;
}

export const revisionOf = ({ metadata }: FakeObject): number => Number(metadata.resourceVersion);

export class FakeFleet {
  readonly objects = new Map<string, FakeObject>();
  readonly #log: FakeChange[] = [];
  revision = 10;
  /** History up to here is gone. */
  compacted = 0;

  /** Creates or changes an object, or deletes it if it is there. */
  write(name: string, remove = false): void {
    const known = this.objects.get(name);
    if (remove && known === undefined) {
      return;
    }
    this.revision += 1;
    const resourceVersion = String(this.revision);
    const uid = known?.metadata.uid ?? `${name}-${resourceVersion}`;
    const object = { metadata: { name, uid, resourceVersion } };
    if (remove) {
      this.objects.delete(name);
    } else {
      this.objects.set(name, object);
    }
    const type = remove ? 'DELETED' : known === undefined ? 'ADDED' : 'MODIFIED';
    this.#log.push({ type, object });
  }

  after(revision: number): FakeChange[] {
    return this.#log.filter(({ object }) => revisionOf(object) > revision);
  }

  versions(): string[] {
    return versionsOf(this.objects.values());
  }

  /** What a list of that revision says. */
  versionsAt(revision: number): string[] {
    const objects = new Map<string, FakeObject>();
    for (const { type, object } of this.#log) {
      if (revisionOf(object) > revision) {
        break;
      }
      objects.delete(object.metadata.uid);
      if (type !== 'DELETED') {
        objects.set(object.metadata.uid, object);
      }
    }
    return versionsOf(objects.values());
  }
}

const versionsOf = (objects: Iterable<FakeObject>): string[] =>
  [...objects].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();

/** Believes nothing: an event that does not fit what is known was lost or came twice. */
export class EventReplica {
  readonly objects = new Map<string, FakeObject>();
  readonly violations: string[] = [];
  snapshots = 0;
  isSynced = false;

  apply(event: { readonly type: string; readonly object?: object | undefined }): void {
    if (event.type === 'SNAPSHOT') {
      this.objects.clear();
      this.snapshots += 1;
      this.isSynced = false;
    } else if (event.type === 'SYNCED') {
      this.isSynced = true;
    } else if (event.object !== undefined) {
      this.#change(event.type, event.object as FakeObject);
    }
  }

  #change(type: string, object: FakeObject): void {
    const { uid, name, resourceVersion } = object.metadata;
    const known = this.objects.get(uid);
    if ((type === 'ADDED') === (known !== undefined)) {
      this.violations.push(`${type} of ${name}, which was ${known === undefined ? 'unknown' : 'known'}`);
    }
    if (known !== undefined && Number(known.metadata.resourceVersion) >= Number(resourceVersion)) {
      this.violations.push(`${type} of ${name} at ${resourceVersion} after ${known.metadata.resourceVersion}`);
    }
    if (type === 'DELETED') {
      this.objects.delete(uid);
    } else {
      this.objects.set(uid, object);
    }
  }

  versions(): string[] {
    return versionsOf(this.objects.values());
  }
}
