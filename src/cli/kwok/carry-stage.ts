/** What a stage does beside a pod's life, its finalizers, events and conditions, as a stage of a SimulationProfile. */

import { isQualifiedName } from '../../values/name-rules.ts';
import { carriedConditions, opensGates } from './carry-conditions.ts';
import type { Effect } from './effect.ts';
import { momentOf } from './moment.ts';
import type { Moment, ProfileStage } from './profile.ts';
import type { Note, Stage, StageEvent, StageFinalizers } from './stage.ts';

export interface Carried {
  /** Without a name and a delay; undefined: there is nothing. */
  readonly stage: Omit<ProfileStage, 'name' | 'delay'> | undefined;
  readonly notes: readonly Note[];
}

type Tell = (field: string, degree: Note['degree'], why: string) => void;

/** Events that a kubelet sends by itself. */
const OWN_EVENTS = new Set(['Pulling', 'Pulled', 'Created', 'Started', 'Killing', 'BackOff', 'Failed', 'Unhealthy']);
const REASON = /^[A-Za-z](?:[A-Za-z0-9_,:]{0,126}[A-Za-z0-9_])?$/;
const MAX_MESSAGE = 1_024;
/** Go's text/template over the pod, as far as profiles can fill in the same. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ '.metadata.name': '{{pod}}', '.metadata.namespace': '{{namespace}}', '.spec.nodeName': '{{node}}' },
};

function messageOf({ field, message }: StageEvent, tell: Tell): string {
  const filled = message.replace(/\{\{-?\s*([^}]*?)(?:\s*\|\s*Quote)?\s*-?\}\}/g, (all, action: string) => {
    const word = WORDS[action];
    if (word === undefined) {
      tell(`${field}.message`, 'close', `${all} is left out`);
    }
    return word ?? '';
  });
  return filled.trim().slice(0, MAX_MESSAGE);
}

function eventsOf(events: readonly StageEvent[], tell: Tell): NonNullable<ProfileStage['events']> {
  return events.flatMap((event) => {
    const { field, type, reason } = event;
    if (OWN_EVENTS.has(reason)) {
      tell(field, 'kubelet', `the kubelet sends its own event ${reason}`);
      return [];
    }
    if (!REASON.test(reason)) {
      tell(field, 'lost', `${JSON.stringify(reason.slice(0, 32))} is no reason of an event`);
      return [];
    }
    return [{ type: type === 'Warning' ? 'Warning' : 'Normal', reason, message: messageOf(event, tell) }];
  });
}

const isFinalizer = (name: string): boolean => name.includes('/') && isQualifiedName(name).length === 0;

function finalizersOf(
  changes: readonly StageFinalizers[],
  at: Moment,
  tell: Tell,
): NonNullable<ProfileStage['finalizers']> | undefined {
  const isEnding = at === 'Terminating' || at === 'Stopped';
  const usable = (field: string, names: readonly string[]): string[] =>
    names.filter((name) => {
      const isUsable = isFinalizer(name);
      if (!isUsable) {
        tell(field, 'lost', `${JSON.stringify(name.slice(0, 64))} is no finalizer that Kubernetes takes`);
      }
      return isUsable;
    });
  const add = changes.flatMap(({ field, add: names }) => usable(`${field}.add`, names));
  const remove = changes.flatMap(({ field, remove: names }) => usable(`${field}.remove`, names));
  if (isEnding && add.length > 0) {
    tell(changes[0]?.field ?? '', 'lost', 'a pod that is being deleted gets no new finalizers');
  }
  const added = isEnding ? [] : [...new Set(add)];
  const removeAll = changes.some((change) => change.removeAll);
  return added.length === 0 && remove.length === 0 && !removeAll
    ? undefined
    : {
        ...(added.length === 0 ? {} : { add: added }),
        ...(remove.length === 0 ? {} : { remove: [...new Set(remove)] }),
        ...(removeAll ? { removeAll } : {}),
      };
}

export function carryStage(stage: Stage, effect: Effect): Carried {
  const notes: Note[] = [];
  const tell: Tell = (field, degree, why) => notes.push({ stage: stage.name, field, degree, why });
  const at = momentOf(stage, effect);
  const finalizers = finalizersOf(stage.finalizers, at, tell);
  const events = eventsOf(stage.events, tell);
  const conditions = carriedConditions(effect, at, (degree, why) => tell(stage.templateField, degree, why));
  const opens = opensGates(effect);
  const isEmpty = finalizers === undefined && events.length + conditions.length === 0 && !opens;
  return {
    notes,
    stage: isEmpty
      ? undefined
      : {
          at,
          ...(finalizers === undefined ? {} : { finalizers }),
          ...(events.length === 0 ? {} : { events }),
          ...(conditions.length === 0 ? {} : { conditions }),
          ...(opens ? { openReadinessGates: true } : {}),
        },
  };
}
