/** A container as the runtime gets it: everything resolved. */
import type { ContainerResources, ContainerSpec } from '../runtimes/runtime.ts';
import { amountOf } from '../values/amounts.ts';
import { containerEnv, type EnvSource, expand } from './container-env.ts';
import { containerSecurity } from './container-security.ts';
import { oomScoreAdj } from './oom-score.ts';
import type { Container } from './pod.ts';
import type { PodWork } from './pod-work.ts';

/** Throws ContainerConfigError when something it needs is missing. */
export async function containerSpec(
  container: Container,
  kind: ContainerSpec['kind'],
  source: EnvSource & Pick<PodWork, 'node' | 'settings'>,
): Promise<ContainerSpec> {
  const env = await containerEnv(container, source);
  const variables = new Map(env.map(({ name, value }) => [name, value]));
  const optional = {
    workingDir: container.workingDir,
    tty: container.tty,
    stdin: container.stdin,
    stopSignal: container.lifecycle?.stopSignal,
    ports: tcpPorts(container),
    security: nonEmpty(containerSecurity(container, source.pod, source.settings.configuration)),
    oomScoreAdj: oomScoreAdj(container, kind, source.pod, source.node),
    terminationMessage: lastWords(container),
    targetContainer: container.targetContainerName,
  };
  return {
    name: container.name,
    kind,
    image: container.image ?? '',
    command: (container.command ?? []).map((text) => expand(text, variables)),
    args: (container.args ?? []).map((text) => expand(text, variables)),
    env,
    ...containerResources(container),
    ...given(optional),
  };
}

const nonEmpty = <T extends object>(value: T): T | undefined => (Object.keys(value).length === 0 ? undefined : value);

const lastWords = ({ terminationMessagePath: path, terminationMessagePolicy: policy = 'File' }: Container) =>
  path === undefined || path === '' ? undefined : { path, policy };

export function containerResources({ resources = {} }: Container): ContainerResources {
  const { requests = {}, limits = {} } = resources;
  const amount = (name: string, quantity: string | undefined): number | undefined =>
    quantity === undefined ? undefined : amountOf(name, quantity);
  return given({
    cpuRequest: amount('cpu', requests['cpu']),
    cpuLimit: amount('cpu', limits['cpu']),
    memoryRequest: amount('memory', requests['memory']),
    memoryLimit: amount('memory', limits['memory']),
  });
}

function tcpPorts({ ports = [] }: Container): number[] | undefined {
  const tcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
  return tcp.length === 0 ? undefined : tcp;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
