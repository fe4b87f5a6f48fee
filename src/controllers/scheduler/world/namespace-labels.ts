/** Labels of namespaces, for affinity terms that select namespaces. */
import type { Informer } from '../../../registry/informer.ts';
import { same } from '../../equality.ts';
import type { Views } from '../../views/views.ts';

type Labels = Readonly<Record<string, string>>;
const NONE: Labels = {};

export class NamespaceLabels {
  readonly #namespaces: Informer<Labels>;
  #version = 0;

  constructor(views: Pick<Views, 'follow'>, onChange: () => void) {
    this.#namespaces = views.follow<Labels>({
      resource: 'namespaces',
      project: (_, { labels }) => labels,
      onChange: (_, now, before) => {
        if (!same(now, before)) {
          this.#version += 1;
          onChange();
        }
      },
    });
  }

  of = (namespace: string): Labels => this.#namespaces.get('', namespace) ?? NONE;

  /** Changes when any answer may have changed. */
  get version(): number {
    return this.#version;
  }
}
