/** What a stage makes of a pod, in a kubelet's terms. */
import type { Degree, Note, Stage } from './stage.ts';
import { readTemplate, type Written, type WrittenCondition } from './template.ts';

/** `create`: containers wait to be made. `initStart`, `initEnd`: of init containers. `end`: main containers end. */
export type EffectKind = 'create' | 'initStart' | 'initEnd' | 'start' | 'end' | 'stop' | 'none';

export interface Effect {
  readonly kind: EffectKind;
  readonly exitCode: number;
  /** A stage that starts the main containers has done with init containers on the way. */
  readonly endsInit: boolean;
  readonly phase: string | undefined;
  readonly conditions: readonly WrittenCondition[];
  readonly notes: readonly Note[];
}

function kindOf({ isDelete, statusTemplate }: Stage, { phase, main, init }: Written): EffectKind {
  if (isDelete) {
    return 'stop';
  }
  if (statusTemplate === '') {
    return 'none';
  }
  if (init.has('terminated') && !main.has('running') && !main.has('terminated')) {
    return 'initEnd';
  }
  if (init.has('terminated') && phase === 'Failed' && !main.has('terminated')) {
    return 'initEnd';
  }
  if (main.has('terminated') || phase === 'Succeeded' || phase === 'Failed') {
    return 'end';
  }
  if (main.has('running') || phase === 'Running') {
    return 'start';
  }
  return init.has('running') ? 'initStart' : main.has('waiting') || init.has('waiting') ? 'create' : 'none';
}

/** The failure of several, as it is the one that the stage is for. */
const exitOf = (codes: readonly number[], phase: string | undefined): number =>
  codes.find((code) => code > 0 && code < 256) ?? (codes.length === 0 && phase === 'Failed' ? 1 : 0);

export function effectOf(stage: Stage): Effect {
  const written = readTemplate(stage.statusTemplate);
  const kind = kindOf(stage, written);
  const note = (field: string, degree: Degree, why: string): Note => ({ stage: stage.name, field, degree, why });
  const template = stage.templateField;
  const notes = [
    ...stage.unread
      .filter(({ field }) => !field.startsWith('spec.selector'))
      .map(({ field, why }) => note(field, 'lost', why)),
    ...written.reasons.map((reason) =>
      note(template, 'lost', `containers end with the kubelet's reasons, not ${reason}`),
    ),
    ...((kind === 'end' || kind === 'initEnd') && written.phase === 'Failed'
      ? [
          note(
            template,
            'close',
            'the phase is Failed where the restart policy says so; else the container starts again',
          ),
        ]
      : []),
  ];
  const codes = kind === 'initEnd' ? written.initExits : written.mainExits;
  const { phase, conditions } = written;
  return { kind, exitCode: exitOf(codes, phase), endsInit: written.init.has('terminated'), phase, conditions, notes };
}
