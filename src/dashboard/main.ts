/** Starts the dashboard: one stream, drawn at most four times a second. */
import { FleetState } from './fleet-state.ts';
import { drawConnection, drawFleet } from './page.ts';
import { StreamClient } from './stream-client.ts';

const DRAW_EVERY_MS = 250;

const fleet = new FleetState();
const filter = document.getElementById('filter') as HTMLInputElement;
let isDrawn = false;
const draw = (): void => {
  if (!isDrawn) {
    isDrawn = true;
    setTimeout(() => {
      isDrawn = false;
      drawFleet(fleet, filter.value);
    }, DRAW_EVERY_MS);
  }
};

filter.addEventListener('input', draw);
const signOut = document.getElementById('sign-out') as HTMLButtonElement;
signOut.addEventListener('click', () => {
  void fetch('/logout', { method: 'POST' }).then(() => location.reload());
});
// Disabled in the page: a click before this line would be lost.
signOut.disabled = false;
new StreamClient({
  subscriptions: [
    { id: 'nodes', apiVersion: 'v1', kind: 'Node' },
    { id: 'pods', apiVersion: 'v1', kind: 'Pod' },
    { id: 'pools', apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool' },
  ],
  connect: () => new WebSocket(`wss://${location.host}/apis/fleet.flotilla.dev/v1alpha1/stream`),
  later: (run, ms) => void setTimeout(run, ms),
  random: Math.random,
  onState: drawConnection,
  onReset: (id) => fleet.reset(id),
  onEvents: (id, events) => {
    for (const event of events) {
      fleet.apply(id, event);
    }
    draw();
  },
}).start();
