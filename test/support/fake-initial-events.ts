/**
 * A model of a collection's initial events, as the server sends them: pages, each of the state at its time, and then the
 * changes since the first page that no page has shown, until those of the last page's time are told.
 */
import { type FakeChange, type FakeFleet, revisionOf } from './fake-fleet.ts';

export interface InitialStep {
  readonly events: readonly FakeChange[];
  /** The state is whole, and is that of `revision`. */
  readonly isLast: boolean;
}

export class InitialEvents {
  readonly #fleet: FakeFleet;
  readonly #pageSize: number;
  /** By uid: the revision of each object that was told. */
  readonly #seen = new Map<string, number>();
  /** The name that the last page ended with; undefined: no page is left. */
  #after: string | undefined = '';
  #horizon = 0;
  /** Told up to it, once the pages are; the first page's. */
  revision: number;

  constructor(fleet: FakeFleet, pageSize: number) {
    this.#fleet = fleet;
    this.#pageSize = pageSize;
    this.revision = fleet.revision;
  }

  /** The next page, or what the next change is to who has seen the pages. */
  step(): InitialStep {
    const events = this.#after === undefined ? this.#change() : this.#page(this.#after);
    return { events, isLast: this.#after === undefined && this.revision >= this.#horizon };
  }

  #page(after: string): FakeChange[] {
    const rest = [...this.#fleet.objects.values()]
      .filter(({ metadata }) => metadata.name > after)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const page = rest.slice(0, this.#pageSize);
    for (const object of page) {
      this.#seen.set(object.metadata.uid, revisionOf(object));
    }
    this.#after = rest.length > page.length ? page.at(-1)?.metadata.name : undefined;
    this.#horizon = this.#fleet.revision;
    return page.map((object) => ({ type: 'ADDED', object }));
  }

  #change(): FakeChange[] {
    const change = this.#fleet.after(this.revision)[0];
    if (change === undefined) {
      return [];
    }
    const { type, object } = change;
    const { uid } = object.metadata;
    this.revision = revisionOf(object);
    const seen = this.#seen.get(uid);
    if (seen === undefined ? type === 'DELETED' : seen >= this.revision) {
      return [];
    }
    this.#seen.set(uid, this.revision);
    return [{ type: type === 'DELETED' ? type : seen === undefined ? 'ADDED' : 'MODIFIED', object }];
  }
}
