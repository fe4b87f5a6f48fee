/**
 * What a container of a case does, said twice: as a script for runtimes that run code, and as an annotation for the
 * simulated one. Pure.
 */
import type { ContainerSpec, PodSandboxSpec } from '../runtime.ts';
import type { ConformanceTarget } from './case.ts';

export interface Behaviour {
  /** undefined: it runs until it is stopped. */
  readonly endsWith?: number;
  /** Before it ends. */
  readonly afterSeconds?: number;
  readonly ignoresTerm?: boolean;
  /** Written at the start, after a first line. */
  readonly lines?: readonly string[];
  /** Serves HTTP on the target's port. */
  readonly serves?: boolean;
  /** Answers what it reads. */
  readonly reads?: boolean;
}

const LIFE = ['while :; do sleep 1 & wait $!; done'];

/** Quoted for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function scriptOf({ endsWith, afterSeconds = 0, ignoresTerm = false, lines = [] }: Behaviour): string {
  return [
    ignoresTerm ? "trap '' TERM" : "trap 'exit 0' TERM",
    'echo "first line"',
    ...lines.map((line) => `echo ${quoted(line)}`),
    ...(endsWith === undefined ? LIFE : [`sleep ${afterSeconds}`, `exit ${endsWith}`]),
  ].join('\n');
}

export function containerOf(target: ConformanceTarget, behaviour: Behaviour, name = 'main'): ContainerSpec {
  const command = behaviour.serves ? target.server : behaviour.reads ? ['cat'] : ['/bin/sh', '-c', scriptOf(behaviour)];
  return {
    ...{ name, kind: 'main', image: target.image, command, args: [], env: [{ name: 'FROM_SPEC', value: 'yes' }] },
    ...(behaviour.reads ? { stdin: true } : {}),
    ...(behaviour.serves ? { ports: [target.port] } : {}),
    ...{ cpuRequest: 100, memoryRequest: 32 * 1024 * 1024, memoryLimit: 64 * 1024 * 1024 },
  };
}

/** How long a simulated program takes that does not mind TERM. */
const NEVER_MS = 3_600_000;

export function sandboxOf(target: ConformanceTarget, uid: string, behaviour: Behaviour): PodSandboxSpec {
  const { endsWith, afterSeconds = 0, ignoresTerm, lines } = behaviour;
  const simulation = {
    ...{ pullMs: 20, startMs: 10 },
    ...(endsWith === undefined ? {} : { runMs: 20 + afterSeconds * 1_000, exitCode: endsWith }),
    ...(ignoresTerm === true ? { stopMs: NEVER_MS } : {}),
    ...(lines === undefined ? {} : { logs: { everyMs: 10, lines } }),
  };
  return {
    ...{ uid, namespace: 'conformance', name: uid, nodeName: target.nodeName },
    ...{ labels: { app: 'conformance' }, nodeAnnotations: {}, hostNetwork: false, restartPolicy: 'Always' },
    annotations: { 'fleet.flotilla.dev/simulation': JSON.stringify(simulation) },
  };
}
