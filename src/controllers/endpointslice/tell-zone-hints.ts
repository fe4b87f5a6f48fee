/** Events of services that ask for hints by zone. Source: k8s.io/endpointslice/reconciler.go; topologycache/event.go. */
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { Emit } from '../events.ts';
import type { ServiceInfo } from '../views/service-info.ts';

const MAX_SERVICES = 10_000;

/** In memory, as there: a process that begins anew says once more that hints are there. */
export class ZoneHintTeller {
  readonly #emit: Emit;
  readonly #hinted = new BoundedMap<string, true>(MAX_SERVICES);

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** `refusal`: why there are none, though the service asks. */
  tell({ namespace, name, uid, wantsZoneHints }: ServiceInfo, addressType: string, refusal: string | undefined): void {
    const subject = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name, uid } };
    const had = this.#hinted.get(uid) === true;
    const problem = wantsZoneHints ? refusal : had ? 'Topology Aware Hints has been disabled' : undefined;
    if (problem !== undefined) {
      this.#emit(subject, 'Warning', 'TopologyAwareHintsDisabled', `${problem}, addressType: ${addressType}`);
      this.#hinted.delete(uid);
    } else if (wantsZoneHints && !had) {
      const message = `Topology Aware Hints has been enabled, addressType: ${addressType}`;
      this.#emit(subject, 'Normal', 'TopologyAwareHintsEnabled', message);
      this.#hinted.set(uid, true);
    }
  }
}
