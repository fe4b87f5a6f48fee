import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { expect, it } from 'vitest';
import { engineState, isPodman, refusalIn } from './podman.ts';
import { pulled } from './pull-progress.ts';

it.each([
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
  ['removing', 'dead'],
  ['running', 'running'],
  ['created', 'created'],
])('its state %s is %s', (state, expected) => {
  expect(engineState(state)).toBe(expected);
});

it('is known by its version', () => {
  expect(isPodman({ Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] })).toBe(true);
  expect(isPodman({ Components: [{ Name: 'Engine' }] })).toBe(false);
  expect(isPodman({})).toBe(false);
});

/** As podman 4.3.1 and dockerd 20.10 printed them. */
it.each([
  [
    `Error: runc: [conmon:d]: exec with attach is waiting for start message from parent
[conmon:d]: exec with attach got start message from parent
time="2026-11-27T12:49:03Z" level=error msg="exec failed: unable to start container process: exec: \\"nothing\\": executable file not found in $PATH": OCI runtime attempted to invoke a command that was not found
`,
    'exec failed: unable to start container process: exec: "nothing": executable file not found in $PATH',
  ],
  [
    'Error: crun: executable file `nothing` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found\n',
    'executable file `nothing` not found in $PATH: No such file or directory',
  ],
  [
    'OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: exec: "nothing": executable file not found in $PATH: unknown\r\n',
    'OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: exec: "nothing": executable file not found in $PATH: unknown',
  ],
  ['Error: no such thing\n', undefined],
])('a command that could not be started is told from output: %#', (text, expected) => {
  expect(refusalIn(text)).toBe(expected);
});

it('a pull that fails on its way says so in a line, and is none that is done', async () => {
  const progress = new PassThrough();
  let moved = 0;
  const pull = pulled(new Docker(), progress, 'ImagePull', () => {
    moved += 1;
  });
  progress.write('{"status":"Pulling fs layer"}\n');
  progress.end('{"errorDetail":{"message":"connection refused"},"error":"connection refused"}\n');
  await expect(pull).rejects.toMatchObject({ code: 'ImagePull', message: 'connection refused' });
  expect(moved).toBe(1);
  const other = new PassThrough();
  const done = pulled(new Docker(), other, 'ImagePull');
  other.end('{"status":"Status: Downloaded newer image"}\n');
  await expect(done).resolves.toBeUndefined();
});
