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
/** What an operation is called, for code generators and for people. */
type Names = Pick<Operation, 'operationId' | 'summary' | 'description'>;

const read = (tag: string, names: Names, responses: Answers): Operation => ({
  ...names,
  tags: [tag],
  responses: { ...responses, ...FAILURES },
});

const readJson = (operationId: string, summary: string, description: string, schema: OpenApiSchema): PathItem => ({
  get: read('discovery', { operationId, summary, description }, { '200': answer('OK', schema, [JSON_TYPE]) }),
});

const openly = (operation: Operation): Operation => ({ ...operation, security: [] });

const health = (operationId: string, summary: string, description: string): Operation => ({
  ...read(
    'health',
    { operationId, summary, description },
    {
      '200': answer('It does.', STRING, TEXT),
      '500': answer('It does not, and which check failed.', STRING, TEXT),
    },
  ),
  parameters: CHECKS,
});

const parameter = (name: string) =>
  ({ name, in: 'path', description: `The ${name}, as discovery names it.`, required: true, schema: STRING }) as const;

const AGGREGATED = 'Clients that accept APIGroupDiscoveryList get all kinds of all groups in that form.';
const RESOURCES_OF_A_VERSION = 'With their verbs, short names and subresources.';
const versions = refTo(`${META}.APIVersions`);
const resources = refTo(`${META}.APIResourceList`);

const DISCOVERY_PATHS: Paths = {
  '/': readJson('getRoot', 'list the paths of this server', 'A browser is led to the dashboard instead.', ROOT_PATHS),
  '/version': {
    get: openly(
      read(
        'discovery',
        {
          operationId: 'getCodeVersion',
          summary: 'read the version',
          description: 'The Kubernetes version whose API this is, which clients compare with their own.',
        },
        { '200': answer('OK', VERSION, [JSON_TYPE]) },
      ),
    ),
  },
  '/api': readJson('getCoreAPIVersions', 'read the versions of the core group', AGGREGATED, versions),
  '/api/v1': readJson('getCoreV1APIResources', 'read the resources of core v1', RESOURCES_OF_A_VERSION, resources),
  '/apis': readJson('getAPIVersions', 'read the groups and their versions', AGGREGATED, refTo(`${META}.APIGroupList`)),
  '/apis/{group}': {
    parameters: [parameter('group')],
    ...readJson(
      'getAPIGroup',
      'read the versions of a group',
      'The preferred one is named.',
      refTo(`${META}.APIGroup`),
    ),
  },
  '/apis/{group}/{version}': {
    parameters: [parameter('group'), parameter('version')],
    ...readJson('getAPIResources', 'read the resources of a version', RESOURCES_OF_A_VERSION, resources),
  },
  '/openapi/v2': readJson(
    'getOpenAPIV2',
    'read all schemas as Swagger 2',
    'For old clients: what Swagger 2 cannot say is left out.',
    OBJECT,
  ),
  '/openapi/v3': readJson(
    'getOpenAPIV3',
    'read where the OpenAPI 3 document of each version is',
    'Each address has the hash of its document, which may then be kept for ever.',
    OBJECT,
  ),
};

export const SERVER_PATHS: Paths = {
  ...DISCOVERY_PATHS,
  '/livez': {
    get: openly(
      health('getLivez', 'tell whether the process works', 'If it does not, the process is to be restarted.'),
    ),
  },
  '/readyz': {
    get: openly(
      health('getReadyz', 'tell whether it can serve requests', 'While it cannot, requests should go to others.'),
    ),
  },
  '/healthz': { get: health('getHealthz', 'tell whether it works', 'Deprecated: /livez and /readyz tell more.') },
  '/metrics': {
    get: read(
      'health',
      {
        operationId: 'getMetrics',
        summary: 'read the figures of this process',
        description: "Prometheus' text form: requests under kube-apiserver's names, memory, CPU, the event loop.",
      },
      { '200': answer('The series.', STRING, TEXT) },
    ),
  },
  '/apis/fleet.flotilla.dev/v1alpha1/stream': {
    get: read(
      'stream',
      {
        operationId: 'openStream',
        summary: 'open the live stream',
        description: 'A WebSocket: asyncapi.yaml has its frames, docs/stream.md explains them.',
      },
      { '101': { description: 'The socket is open.' } },
    ),
  },
  '/apis/fleet.flotilla.dev/v1alpha1/bulk': { post: bulkOperation },
  '/login': {
    post: read(
      'session',
      {
        operationId: 'logIn',
        summary: 'sign a browser in',
        description: 'Sets the token of this request as a cookie, which is then as good as the token.',
      },
      { '204': { description: 'The cookie is set.' } },
    ),
  },
  '/logout': {
    post: read(
      'session',
      { operationId: 'logOut', summary: 'sign a browser out', description: 'Takes the cookie away.' },
      { '204': { description: 'The cookie is gone.' } },
    ),
  },
};
