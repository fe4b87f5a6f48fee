#!/usr/bin/env node
// Plain JavaScript that any Node can parse: its one job is to say in one line what is missing.
import { existsSync } from 'node:fs';

const OLDEST = [20, 19];
const program = new URL('../dist/main.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

function refuse(message) {
  process.stderr.write(`flotilla: ${message}\n`);
  process.exitCode = 1;
}

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  refuse(`Node.js ${OLDEST.join('.')} or newer is needed, this is ${process.versions.node}`);
} else if (existsSync(program)) {
  process.setSourceMapsEnabled(true);
  await import(program.href);
} else {
  refuse('it is not built yet: run npm run build');
}
