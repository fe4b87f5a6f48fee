/** Starts the dashboard: one stream, drawn at most four times a second. */
import { ApiError, createClient } from '../client/browser.ts';
import { FleetState } from './fleet-state.ts';
import { drawConnection, drawFleet } from './page.ts';

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

const client = createClient({ server: location.origin });
const followed = {
  nodes: { apiVersion: 'v1', kind: 'Node' },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  pools: { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool' },
} as const;
try {
  for await (const event of client.stream(followed, { onConnection: drawConnection })) {
    if (event.type === 'SNAPSHOT') {
      fleet.reset(event.id);
    } else if ('object' in event) {
      fleet.apply(event.id, event);
    }
    draw();
  }
} catch (error) {
  drawConnection('lost');
  if (error instanceof ApiError && error.code === 401) {
    // The session is over: the answer to this is the sign-in page.
    location.reload();
  }
  throw error;
}
