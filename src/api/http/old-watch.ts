/** A watch by its path alone. Source: apiserver's endpoints/installer.go, the actions WATCH and WATCHLIST. */
import { serveWatch } from '../watch/serve-watch.ts';
import { type KindRoute, pathNames } from './kind-route.ts';
import type { Handler } from './mount.ts';

export const oldWatch =
  (route: KindRoute): Handler =>
  (request, reply) => {
    const query = request.query as Record<string, string | string[] | undefined>;
    const { name } = pathNames(request);
    query['watch'] = 'true';
    if (name !== '') {
      query['fieldSelector'] = `metadata.name=${name}`;
    }
    return serveWatch(route, request, reply);
  };
