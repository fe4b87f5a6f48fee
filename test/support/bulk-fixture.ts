/** Bulk requests over a socket to an API that keeps secrets, and what is named `untouchable`, from everybody. */
import { afterEach, beforeEach } from 'vitest';
import type { ApiContext } from '../../src/api/context.ts';
import { allowAuthenticated } from '../../src/auth/allow-authenticated.ts';
import type { RequestAttributes } from '../../src/auth/identity.ts';
import { type ApiFixture, apiFixture } from './api-fixture.ts';
import { BulkClient, toLines } from './bulk-client.ts';

export const NDJSON = { 'content-type': 'application/x-ndjson' };

const MAP = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
export const create = (object: unknown) => ({ op: 'create', object });
export const merge = (name: string, patch: unknown) => ({ op: 'patch', ...MAP, name, type: 'merge', patch });
export const remove = (name: string) => ({ op: 'delete', ...MAP, name });

/** One for each test of the file. */
export function useBulk() {
  let api: ApiFixture;
  let asked: RequestAttributes[];
  let listening: Promise<{ origin: string }> | undefined;
  const start = async (given: Partial<ApiContext>): Promise<void> => {
    asked = [];
    listening = undefined;
    api = await apiFixture(given);
  };
  const authorizer: ApiContext['authorizer'] = {
    ...allowAuthenticated,
    async authorize(_user, attributes) {
      asked.push(attributes);
      const allowed = attributes.resource !== 'secrets' && attributes.name !== 'untouchable';
      return { allowed, reason: allowed ? '' : 'not yours' };
    },
  };
  beforeEach(() => start({ authorizer }));
  afterEach(() => api.close());

  const address = async () => {
    listening ??= api.listen();
    return { origin: (await listening).origin, ca: api.ca };
  };
  const open = async (query = ''): Promise<BulkClient> => BulkClient.open(await address(), query);
  return {
    ...{ address, open },
    get api(): ApiFixture {
      return api;
    },
    /** What the authorizer was asked, in order. */
    get asked(): readonly RequestAttributes[] {
      return asked;
    },
    async restart(given: Partial<ApiContext>): Promise<void> {
      await api.close();
      await start(given);
    },
    async post(items: readonly unknown[] | string, query = '') {
      const client = await open(query);
      client.request.end(typeof items === 'string' ? items : toLines(items));
      return client.rest();
    },
    async dataOf(name: string): Promise<unknown> {
      return (await api.call('GET', `/api/v1/namespaces/default/configmaps/${name}`)).json.data;
    },
  };
}
