/**
 * Events of stages: each is written once, whoever writes it and however often. They pass the budget of an object by, so
 * validation lets a profile have no more of them than that.
 */
import { createHash } from 'node:crypto';
import { StatusError } from '../../errors.ts';
import { eventObject } from '../../registry/event-object.ts';
import type { Fence, Registry } from '../../registry/registry.ts';
import type { PodStage } from '../../runtimes/runtime.ts';
import type { PodWork } from '../pod-work.ts';

const COMPONENT = 'kubelet';

/** The same for whoever comes to write it. */
function eventName({ pod: { metadata } }: PodWork, key: string, index: number): string {
  const hash = createHash('sha256').update(`${metadata.uid}/${key}/${index}`).digest('hex').slice(0, 16);
  return `${metadata.name.slice(0, 230)}.${hash}`;
}

/** What the store refuses for good (its namespace is ending) is as good as written: the stage goes on. */
const isFinal = (error: Error): boolean => error instanceof StatusError && error.code < 500 && error.code !== 429;

export async function writeStageEvents(
  registry: Pick<Registry, 'createAll'>,
  work: PodWork,
  stages: readonly PodStage[],
  now: number,
  fence: Fence,
): Promise<void> {
  const { namespace, name, uid } = work.pod.metadata;
  const subject = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
  const host = work.node.metadata.name;
  const events = stages.flatMap(({ key, events: list }) =>
    list.map((event, i) =>
      eventObject({
        ...{ name: eventName(work, key, i), subject, component: COMPONENT, host },
        ...{ ...event, firstAt: now, lastAt: now, count: 1 },
      }),
    ),
  );
  const answers = events.length === 0 ? [] : await registry.createAll('events', events, { fence });
  const failure = answers.find((answer): answer is Error => answer instanceof Error && !isFinal(answer));
  if (failure !== undefined) {
    throw failure;
  }
}
