/** What a simulated node has freed of its disk since it was told what is left: an annotation does not follow it. */
import type { Node } from '../node.ts';
import { SIGNALS_ANNOTATION } from './observe.ts';

interface Freed {
  readonly told: string;
  readonly bytes: number;
}

/** As all that is known of pressure, remembered by the process alone. */
export class Reclaimed {
  readonly #nodes = new Map<string, Freed>();

  forget(nodeName: string): void {
    this.#nodes.delete(nodeName);
  }

  /** Bytes; what was freed before it was told anew is in what it was told. */
  of({ metadata }: Node): number {
    const freed = this.#nodes.get(metadata.name);
    return freed !== undefined && freed.told === toldOf(metadata) ? freed.bytes : 0;
  }

  add(node: Node, bytes: number): void {
    const told = toldOf(node.metadata);
    if (told !== '' && bytes > 0) {
      this.#nodes.set(node.metadata.name, { told, bytes: this.of(node) + bytes });
    }
  }
}

const toldOf = ({ annotations }: Node['metadata']): string => annotations?.[SIGNALS_ANNOTATION] ?? '';
