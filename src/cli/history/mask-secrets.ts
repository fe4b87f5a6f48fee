/** Values of Secrets do not get out unasked, in the words of `kubectl diff`. */
import type { FieldChange, ObjectChange } from './compare.ts';

/** Also what `kubectl apply` noted, which is the whole manifest; the path is theirs all where there were none before. */
const HIDDEN = /^(data|stringData|metadata\.annotations(\.kubectl\.kubernetes\.io\/last-applied-configuration|$))/;

export function maskSecrets<T extends ObjectChange & { readonly kind: string }>(change: T): T {
  return change.kind === 'Secret' && change.fields !== undefined
    ? { ...change, fields: change.fields.map(masked) }
    : change;
}

const masked = ({ path, ...values }: FieldChange): FieldChange =>
  HIDDEN.test(path)
    ? {
        path,
        ...('from' in values ? { from: '*** (before)' } : {}),
        ...('to' in values ? { to: '*** (after)' } : {}),
      }
    : { path, ...values };
