// Usage: node bench/profile-report.mjs FILE.cpuprofile [TOP]. The functions with the most time of their own, as shares
// of the time that the thread was not idle.
import { readFileSync } from 'node:fs';

const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const top = Number(process.argv[3] ?? 40);
const nameOf = new Map(
  nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/dist\//, 'dist/');
    return [id, `${functionName || '(anonymous)'} ${file === '' ? '' : `${file}:${lineNumber + 1}`}`];
  }),
);
const times = new Map();
samples.forEach((id, index) => {
  const name = nameOf.get(id);
  times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
});
times.delete('(idle) ');
const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
console.log(`busy ${(busy / 1e6).toFixed(1)} s`);
for (const [name, time] of [...times].sort(([, a], [, b]) => b - a).slice(0, top)) {
  console.log(`${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
}
