/** The AsyncAPI 3 document of the stream, made of the schemas that the server itself checks with. */
import { CLIENT_SCHEMAS, SERVER_SCHEMAS } from './message-schemas.ts';

const ref = (path: string) => ({ $ref: `#/${path}` });
const names = (schemas: object): string[] => Object.keys(schemas);

const DESCRIPTION = [
  'One WebSocket, many subscriptions; docs/stream.md explains them with examples.',
  'A client subscribes to one kind or several, with a namespace and selectors if it likes, under an id of its own; to',
  'whole objects, some fields of them, or counters. It gets a snapshot in pages, then every change in order, with tokens: after a disconnect, subscribe again with the last token',
  'as `resume`, and nothing is lost and nothing comes twice. 410 Expired means that the history is compacted: subscribe',
  'again without `resume`. A client that reads slowly slows only itself. Authenticate with `Authorization: Bearer`, or',
  'from a browser with the subprotocol `base64url.bearer.authorization.k8s.io.<base64url of the token>` beside',
  '`flotilla.stream.v1alpha1`.',
].join(' ');

const operation = (action: 'send' | 'receive', messages: readonly string[], summary: string) => ({
  action,
  channel: ref('channels/stream'),
  messages: messages.map((name) => ref(`channels/stream/messages/${name}`)),
  summary,
});

/** `version`: Flotilla's own. Actions are the client's view, as in the document's title. */
export function asyncApiDocument(version: string): object {
  const schemas = { ...CLIENT_SCHEMAS, ...SERVER_SCHEMAS };
  return {
    asyncapi: '3.0.0',
    info: { title: 'Flotilla live stream, as a client sees it', version, description: DESCRIPTION },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:6443',
        protocol: 'wss',
        security: [ref('components/securitySchemes/bearer')],
      },
    },
    channels: {
      stream: {
        address: '/apis/fleet.flotilla.dev/v1alpha1/stream',
        messages: Object.fromEntries(names(schemas).map((name) => [name, ref(`components/messages/${name}`)])),
      },
    },
    operations: {
      send: operation('send', names(CLIENT_SCHEMAS), 'What a client sends.'),
      receive: operation('receive', names(SERVER_SCHEMAS), 'What the server sends.'),
    },
    components: {
      messages: Object.fromEntries(
        Object.entries(schemas).map(([name, { description }]) => [
          name,
          { name, title: name, summary: description, payload: ref(`components/schemas/${name}`) },
        ]),
      ),
      schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}
