/**
 * The table of settings: in the order of the documentation. The key is the path in the YAML file; names and defaults
 * are those of KubeletConfiguration and of kube-controller-manager's flags where these have the setting. `docs/configuration.md` and the options of `flotilla serve` are made from it.
 */
import { API_SETTINGS } from './api-settings.ts';
import type { Config, Role } from './config.ts';
import { CONTROLLER_SETTINGS } from './controller-settings.ts';
import { KUBELET_SETTINGS } from './kubelet-settings.ts';
import { choice, flag, integer, isUrlOf, list, matching, PATH } from './parsers.ts';
import { runtimes } from './runtime-settings.ts';
import { optional, setting } from './setting.ts';

const postgresUrl = matching(
  'a URL like postgres://user:password@host:5432/database',
  isUrlOf('postgres:', 'postgresql:'),
);
const redisUrl = matching('a URL like redis://host:6379 or rediss://host:6380', isUrlOf('redis:', 'rediss:'));
const roles: readonly Role[] = ['api', 'worker', 'controller'];
const levels: readonly Config['log']['level'][] = ['debug', 'info', 'warn', 'error'];
const formats: readonly Config['log']['format'][] = ['pretty', 'json'];

export const SETTINGS = {
  roles: setting('FLOTILLA_ROLES', list(choice(...roles), 1), roles, 'What this process does.', {
    option: '--role <roles>',
  }),
  home: setting('FLOTILLA_HOME', PATH, '.flotilla', 'Folder of the data, certificates and kubeconfig.', {
    option: '--home <folder>',
  }),
  databaseUrl: optional('DATABASE_URL', postgresUrl, 'Use this PostgreSQL. Unset: the embedded one.', { secret: true }),
  redisUrl: optional('REDIS_URL', redisUrl, 'Run BullMQ on this Redis. Unset: on PostgreSQL.', { secret: true }),
  seedFleet: setting('FLOTILLA_SEED_FLEET', flag, true, 'Create the first fleet in an empty database.'),
  ...API_SETTINGS,
  'database.poolSize': setting(
    'FLOTILLA_DATABASE_POOL_SIZE',
    integer(2, 1_000),
    10,
    'Connections of the store, a process. A fifth each is kept for gets of clients, for their lists, and for what kubelets and controllers read. What is due has four of its own.',
  ),
  'database.embeddedPort': optional(
    'FLOTILLA_EMBEDDED_PORT',
    integer(1, 65_535),
    'Port of the embedded PostgreSQL. Unset: a free one.',
  ),
  shards: setting(
    'FLOTILLA_SHARDS',
    integer(1, 4_096),
    4,
    'Kubelet shards, about 2,000 nodes each; fixed at the first start.',
    {
      option: '--shards <number>',
    },
  ),
  ...KUBELET_SETTINGS,
  ...CONTROLLER_SETTINGS,
  runtimes: setting('FLOTILLA_RUNTIMES', runtimes, { simulated: { options: {} } }, 'Runtimes that may be used.', {
    secret: true,
  }),
  seed: setting(
    'FLOTILLA_SEED',
    integer(0, 4_294_967_295),
    1,
    'Seed of the simulation, so that a run can be repeated.',
  ),
  'log.level': setting('FLOTILLA_LOG_LEVEL', choice(...levels), 'warn', 'Least severe level that is logged.', {
    option: '--log-level <level>',
  }),
  'log.format': setting('FLOTILLA_LOG_FORMAT', choice(...formats), 'pretty', 'Lines for people, or JSON.', {
    option: '--log-format <format>',
  }),
  'retention.minutes': setting('FLOTILLA_RETENTION_MINUTES', integer(1, 525_600), 5, 'How long watches can resume.'),
  'retention.revisions': setting('FLOTILLA_RETENTION_REVISIONS', integer(1_000), 1_000_000, 'Revisions kept at most.'),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = (typeof SETTINGS)[N]['fallback'];
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
