/** Draws the model. Text goes in as text, never as HTML: names come from whoever may create objects. */
import type { FleetState } from './fleet-state.ts';

/** A page with 100,000 squares helps nobody. */
const MAX_NODES = 2_000;
const MAX_PODS = 200;

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
};

function row(cells: readonly (string | number)[], statusAt?: number): HTMLTableRowElement {
  const line = document.createElement('tr');
  for (const [index, value] of cells.entries()) {
    const cell = line.insertCell();
    cell.textContent = String(value);
    if (index === statusAt) {
      cell.className = statusClass(String(value));
    }
  }
  return line;
}

function statusClass(status: string): string {
  if (['Running', 'Succeeded'].includes(status)) {
    return 'status-good';
  }
  return ['Pending', 'ContainerCreating', 'PodInitializing', 'Terminating'].includes(status)
    ? 'status-warn'
    : 'status-bad';
}

function card(label: string, value: string): HTMLElement {
  const box = document.createElement('div');
  const number = document.createElement('strong');
  number.textContent = value;
  box.append(number, label);
  return box;
}

const more = (shown: number, all: number): string => (all > shown ? `and ${all - shown} more` : '');

export function drawConnection(state: 'connecting' | 'live' | 'lost'): void {
  const texts = { connecting: 'connecting…', live: 'live', lost: 'connection lost, trying again…' };
  const status = element('connection');
  status.dataset['state'] = state;
  status.textContent = texts[state];
}

export function drawFleet(fleet: FleetState, filter: string): void {
  const { nodes, readyNodes, pods, runningPods, pools } = fleet.summary();
  element('summary').replaceChildren(
    card('nodes ready', `${readyNodes} / ${nodes}`),
    card('pods running', `${runningPods} / ${pods}`),
    card('node pools', String(pools)),
  );
  element('pools').replaceChildren(
    ...fleet
      .pools()
      .map(({ name, ready, nodes: count, wanted, runtime }) => row([name, ready, count, wanted, runtime])),
  );
  drawNodes(fleet);
  const rows = fleet.pods(filter);
  element('pods').replaceChildren(
    ...rows
      .slice(0, MAX_PODS)
      .map((pod) => row([pod.namespace, pod.name, pod.status, pod.restarts, pod.node, pod.ip], 2)),
  );
  element('pods-more').textContent = more(MAX_PODS, rows.length);
}

function drawNodes(fleet: FleetState): void {
  const nodes = fleet.nodes();
  element('nodes').replaceChildren(
    ...nodes.slice(0, MAX_NODES).map(({ name, state }) => {
      const square = document.createElement('li');
      square.className = state;
      square.title = `${name}: ${state}`;
      square.setAttribute('aria-label', square.title);
      return square;
    }),
  );
  element('nodes-more').textContent = more(MAX_NODES, nodes.length);
}
