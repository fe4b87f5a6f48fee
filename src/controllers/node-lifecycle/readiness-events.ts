/** Events of nodes that stopped being ready since the last look. Source: node_lifecycle_controller.go. */
import type { Emit } from '../events.ts';
import { isReady } from '../views/node-info.ts';
import type { Views } from '../views/views.ts';

export class ReadinessEvents {
  /** By UID; of those that nobody looks at while another worker does there are as many as nodes at most. */
  readonly #lost = new Map<string, string>();

  constructor(views: Pick<Views, 'onNode'>) {
    views.onNode((now, before) => {
      if (before !== undefined && now?.uid !== before.uid) {
        this.#lost.delete(before.uid);
      }
      if (now !== undefined && !now.deleting && before?.uid === now.uid && isReady(before) && !isReady(now)) {
        this.#lost.set(now.uid, now.name);
      } else if (now !== undefined && (isReady(now) || now.deleting)) {
        this.#lost.delete(now.uid);
      }
    });
  }

  /** `isFirst`: what came before is told by whoever looked then. */
  tell(emit: Emit, isFirst: boolean): void {
    const lost = [...this.#lost];
    this.#lost.clear();
    for (const [uid, name] of isFirst ? [] : lost) {
      const subject = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } };
      emit(subject, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    }
  }
}
