/** The page: one stream with four subscriptions for what is shown, REST for what is changed. */
import { createClient } from 'flotilla/client';
import { countersOf, drawCounters, PHASES, READINESS } from './counters.js';
import { drawEvents, withEvent } from './latest-events.js';
import { Pools } from './pools.js';

/** @param {string} id */
function place(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
}

const client = createClient({ server: location.origin });

/** @param {string} name @param {number} replicas */
async function scale(name, replicas) {
  const { error } = await client.PATCH('/apis/fleet.flotilla.dev/v1alpha1/nodepools/{name}/scale', {
    params: { path: { name } },
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec: { replicas } },
  });
  // What it comes to is shown by the stream.
  place('problem').textContent = error?.message ?? '';
}

const pools = new Pools(place('pools'), (name, replicas) => void scale(name, replicas));
/** @type {import('./latest-events.js').Event[]} */
let events = [];

/** Counters come whole, four times a second at most: the page costs the same for ten nodes and for 100,000. */
const SHOWN = /** @type {const} */ ({
  nodes: {
    apiVersion: 'v1',
    kind: 'Node',
    aggregate: { groupBy: ['status.conditions[?(@.type=="Ready")].status'] },
  },
  pods: { apiVersion: 'v1', kind: 'Pod', aggregate: { groupBy: ['status.phase'] } },
  pools: { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool' },
  events: { apiVersion: 'v1', kind: 'Event' },
});

const onConnection = (/** @type {string} */ state) => {
  place('connection').textContent = state === 'lost' ? 'connection lost, trying again' : state;
  place('connection').dataset['state'] = state;
};

for await (const event of client.stream(SHOWN, { onConnection })) {
  if (event.type === 'COUNTS') {
    drawCounters(place(event.id), countersOf(event.id === 'nodes' ? READINESS : PHASES, event.counts));
  } else if (event.id === 'pools') {
    if (event.type === 'SNAPSHOT') {
      pools.clear();
    } else if (event.type === 'DELETED') {
      pools.delete(event.object);
    } else if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      pools.set(event.object);
    }
  } else if (event.id === 'events') {
    if (event.type === 'SNAPSHOT') {
      events = [];
    } else if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      events = withEvent(events, event.object);
      drawEvents(place('events'), events);
    }
  }
}
