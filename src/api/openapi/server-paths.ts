/** The paths that belong to the server and to no kind. */
import type { OpenApiSchema } from '../../resources/schema.ts';
import { JSON_TYPE } from '../http/media-type.ts';
import { bulkOperation } from './bulk-operation.ts';
import { type Operation, type PathItem, type Paths, refTo } from './document.ts';
import { answer, FAILURES, META } from './operations.ts';
import { CHECKS } from './parameters.ts';

const TEXT = ['text/plain'];
const STRING: OpenApiSchema = { type: 'string' };
const OBJECT: OpenApiSchema = { type: 'object' };

export const SERVER_TAGS = [
  { name: 'discovery', description: 'What this server serves.' },
  { name: 'health', description: 'Whether this server works.' },
  { name: 'stream', description: 'Many watches over one WebSocket.' },
  { name: 'bulk', description: 'Many writes in one request.' },
  { name: 'session', description: 'Sign-in of browsers.' },
] as const;

const VERSION: OpenApiSchema = {
  type: 'object',
  description: 'version.Info: the Kubernetes version whose API this is.',
  required: ['major', 'minor', 'gitVersion'],
  properties: Object.fromEntries(
    ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'].map(
      (name) => [name, STRING],
    ),
  ),
};

const ROOT_PATHS: OpenApiSchema = {
  type: 'object',
  description: 'RootPaths: the paths of this server. A browser is led to the dashboard instead.',
  required: ['paths'],
  properties: { paths: { type: 'array', items: STRING } },
};

type Answers = Operation['responses'];

const read = (tag: string, operationId: string, summary: string, responses: Answers): Operation => ({
  operationId,
  summary,
  tags: [tag],
  responses: { ...responses, ...FAILURES },
});

const readJson = (operationId: string, summary: string, schema: OpenApiSchema): PathItem => ({
  get: read('discovery', operationId, summary, { '200': answer('OK', schema, [JSON_TYPE]) }),
});

const openly = (operation: Operation): Operation => ({ ...operation, security: [] });

const health = (operationId: string, summary: string): Operation => ({
  ...read('health', operationId, summary, {
    '200': answer('It does.', STRING, TEXT),
    '500': answer('It does not, and which check failed.', STRING, TEXT),
  }),
  parameters: CHECKS,
});

const parameter = (name: string) =>
  ({ name, in: 'path', description: `The ${name}, as discovery names it.`, required: true, schema: STRING }) as const;

export const SERVER_PATHS: Paths = {
  '/': readJson('getRoot', 'list the paths of this server', ROOT_PATHS),
  '/version': {
    get: openly(read('discovery', 'getVersion', 'read the version', { '200': answer('OK', VERSION, [JSON_TYPE]) })),
  },
  '/api': readJson('getCoreAPIVersions', 'read the versions of the core group', refTo(`${META}.APIVersions`)),
  '/api/v1': readJson('getCoreV1APIResources', 'read the resources of core v1', refTo(`${META}.APIResourceList`)),
  '/apis': readJson('getAPIVersions', 'read the groups and their versions', refTo(`${META}.APIGroupList`)),
  '/apis/{group}': {
    parameters: [parameter('group')],
    ...readJson('getAPIGroup', 'read the versions of a group', refTo(`${META}.APIGroup`)),
  },
  '/apis/{group}/{version}': {
    parameters: [parameter('group'), parameter('version')],
    ...readJson('getAPIResources', 'read the resources of a version', refTo(`${META}.APIResourceList`)),
  },
  '/openapi/v2': readJson('getOpenAPIV2', 'read all schemas as Swagger 2', OBJECT),
  '/openapi/v3': readJson('getOpenAPIV3', 'read where the OpenAPI 3 document of each version is', OBJECT),
  '/livez': { get: openly(health('getLivez', 'tell whether the process works')) },
  '/readyz': { get: openly(health('getReadyz', 'tell whether it can serve requests')) },
  '/healthz': { get: health('getHealthz', 'tell whether it works; /livez and /readyz tell more') },
  '/apis/fleet.flotilla.dev/v1alpha1/stream': {
    get: read('stream', 'openStream', 'open the live stream, a WebSocket: see asyncapi.yaml', {
      '101': { description: 'The socket is open.' },
    }),
  },
  '/apis/fleet.flotilla.dev/v1alpha1/bulk': { post: bulkOperation },
  '/login': {
    post: read('session', 'logIn', 'set the token of this request as a cookie, for the browser', {
      '204': { description: 'The cookie is set.' },
    }),
  },
  '/logout': {
    post: read('session', 'logOut', 'take the cookie away', { '204': { description: 'The cookie is gone.' } }),
  },
};
