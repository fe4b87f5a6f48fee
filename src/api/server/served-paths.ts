/**
 * Which paths exist, whatever the method. The router knows only pairs: to it, OPTIONS on a pod's path is as unknown as
 * a path that nobody serves. Runs behind the door (access/), so that strangers learn nothing from the difference.
 */
import type { FastifyInstance } from 'fastify';
import { noSuchResource } from '../../errors.ts';
import { methodNotAllowed } from '../http/mount.ts';

const escapeSpecial = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/** Of the router's patterns we use `:name` for one segment and a `*` at the end for any rest. */
const expressionOf = (pattern: string): string =>
  escapeSpecial(pattern)
    .replace(/\/:[^/]+/g, '/[^/]+')
    .replace(/\*$/, '.*');

export function matcherOf(patterns: Iterable<string>): RegExp {
  return new RegExp(`^(?:${[...patterns].map(expressionOf).join('|')})/?$`);
}

export interface ServedPaths {
  /** Patterns of what answers GET. */
  readonly readable: ReadonlySet<string>;
}

/** Sees the routes that are registered after it; its hook comes after those that are there already. */
export function registerServedPaths(app: FastifyInstance): ServedPaths {
  const patterns = new Set<string>();
  const readable = new Set<string>();
  let served: RegExp | undefined;
  app.addHook('onRoute', ({ url, method }) => {
    patterns.add(url);
    if ([method].flat().includes('GET')) {
      readable.add(url);
    }
  });
  app.addHook('onRequest', async ({ is404, url }) => {
    if (is404) {
      served ??= matcherOf(patterns);
      const [path = ''] = url.split('?', 1);
      throw served.test(path) ? methodNotAllowed() : noSuchResource();
    }
  });
  return { readable };
}
