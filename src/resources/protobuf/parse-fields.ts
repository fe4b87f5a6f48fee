/** The field tables' notation; `fields/index.ts` explains it. */
import { FIELDS } from './fields/index.ts';

export interface Field {
  /** Of an inlined struct: the component that is inlined. */
  readonly name: string;
  readonly number: number;
  readonly form: 'value' | 'pointer' | 'inline';
}

const ENTRY = /^(\.\.\.)?(\w+)(\?)? (\d+)$/;

export function parseFields(component: string, text: string): Field[] {
  const packagePrefix = component.slice(0, component.lastIndexOf('.') + 1);
  return text.split(',').map((entry) => {
    const [, inline, name = '', pointer, digits] = ENTRY.exec(entry.trim()) ?? [];
    const number = Number(digits);
    if (inline !== undefined) {
      return { name: `${packagePrefix}${name}`, number, form: 'inline' };
    }
    return { name, number, form: pointer === undefined ? 'value' : 'pointer' };
  });
}

/** A message that is not there is a fault of the tables, so this throws. */
export function fieldsOf(component: string): Field[] {
  const text = FIELDS.get(component);
  if (text === undefined) {
    throw new Error(`no field numbers of ${component}`);
  }
  return parseFields(component, text);
}
