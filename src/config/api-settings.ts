/** Where the API listens, whom it lets in and how much. A part of the table in settings.ts. */
import { duration, integer, isUrlOf, list, matching } from './parsers.ts';
import { setting } from './setting.ts';

const host = matching('an address or host name', (text) => /^[0-9A-Za-z.:_-]{1,253}$/.test(text));
const origin = matching(
  'an origin like https://fleet.example.com',
  (text) => isUrlOf('http:', 'https:')(text) && new URL(text).origin === text,
);

export const API_SETTINGS = {
  'api.host': setting('FLOTILLA_HOST', host, '127.0.0.1', 'Address to listen on.', { option: '--host <address>' }),
  'api.port': setting('FLOTILLA_PORT', integer(0, 65_535), 6443, 'Port to listen on; 0 takes a free one.', {
    option: '--port <number>',
  }),
  'api.tlsNames': setting('FLOTILLA_TLS_NAMES', list(host), [], 'More names for the serving certificate.'),
  'api.allowedOrigins': setting(
    'FLOTILLA_ALLOWED_ORIGINS',
    list(origin),
    [],
    'Origins browsers may use beside our own.',
  ),
  'api.bodyLimit': setting(
    'FLOTILLA_BODY_LIMIT',
    integer(1_024, 1_073_741_824),
    3_145_728,
    'Largest request body, bytes.',
  ),
  'api.requestTimeout': setting('FLOTILLA_REQUEST_TIMEOUT', duration(1_000), 60_000, 'Longest wait for a request.'),
  'api.streamSocketsPerUser': setting(
    'FLOTILLA_STREAM_SOCKETS_PER_USER',
    integer(1, 1_000_000),
    2_000,
    'Live streams a user may have in a process.',
  ),
  'api.streamSubscriptionsPerUser': setting(
    'FLOTILLA_STREAM_SUBSCRIPTIONS_PER_USER',
    integer(1, 10_000_000),
    10_000,
    'Subscriptions of live streams a user may have in a process.',
  ),
} as const;
