import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { StartupError } from '../errors.ts';
import { readConfig } from './read-config.ts';
import type { ConfigFlags } from './read-setting.ts';
import { SETTING_NAMES, SETTINGS } from './settings.ts';

const yaml = (value: unknown) => ({
  path: 'flotilla.yaml',
  text: typeof value === 'string' ? value : stringify(value),
});
const failure = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as Error).message;
  }
  throw new Error('expected a StartupError');
};
const entries = SETTING_NAMES.map((name) => ({ name, env: SETTINGS[name].env }));

describe('readConfig', () => {
  it('has the defaults of Kubernetes and of the architecture', () => {
    expect(readConfig({})).toMatchObject({
      roles: ['api', 'worker', 'controller'],
      home: '.flotilla',
      databaseUrl: undefined,
      redisUrl: undefined,
      seedFleet: true,
      api: { host: '127.0.0.1', port: 6443, bodyLimit: 3 * 1024 * 1024 },
      kubelet: {
        renewIntervalMs: 10_000,
        configuration: {
          ...{ nodeLeaseDurationSeconds: 40, nodeStatusUpdateFrequency: '10s', nodeStatusReportFrequency: '5m0s' },
        },
      },
      controllers: {
        nodeMonitorPeriodMs: 5_000,
        nodeMonitorGracePeriodMs: 50_000,
        podGcIntervalMs: 20_000,
        podGcQuarantineMs: 40_000,
        nodeStartupGracePeriodMs: 60_000,
        ...{ nodeEvictionRate: 0.1, secondaryNodeEvictionRate: 0.01, unhealthyZoneThreshold: 0.55 },
        ...{ largeClusterSizeThreshold: 50, terminatedPodGcThreshold: 12_500 },
      },
      tolerationSeconds: { notReady: 300, unreachable: 300 },
      runtimes: { simulated: { options: {} } },
    });
  });

  it('prefers flags to the environment, that to the file, that to the defaults', () => {
    const file = yaml({ api: { port: 1 }, shards: 2, home: 'from-file' });
    const env = { FLOTILLA_PORT: '3', FLOTILLA_SHARDS: '4' };
    const config = readConfig({ flags: { 'api.port': '5' }, env, file });
    expect([config.api.port, config.shards, config.home, config.api.host]).toEqual([5, 4, 'from-file', '127.0.0.1']);
  });

  it('takes the tolerations of both failures from one setting, or from one each', () => {
    const tolerations = (env: Record<string, string>) => readConfig({ env }).tolerationSeconds;
    expect(tolerations({ FLOTILLA_UNREADY_TOLERATION_SECONDS: '5' })).toEqual({ notReady: 5, unreachable: 5 });
    const one = { FLOTILLA_UNREADY_TOLERATION_SECONDS: '5', FLOTILLA_DEFAULT_UNREACHABLE_TOLERATION_SECONDS: '0' };
    expect(tolerations(one)).toEqual({ notReady: 5, unreachable: 0 });
  });

  it('reads every setting from the environment, and two never share a variable', () => {
    expect(new Set(entries.map(({ env }) => env)).size).toBe(entries.length);
    for (const { name, env } of entries) {
      expect(
        failure(() => readConfig({ env: { [env]: '\u0000' } })),
        name,
      ).toContain(`${name} (${env})`);
    }
  });

  it('is frozen, deeply', () => {
    const config = readConfig({ file: yaml({ runtimes: { simulated: { options: { a: { b: [1] } } } } }) });
    expect(Object.isFrozen(config.api.tlsNames)).toBe(true);
    expect(Object.isFrozen(config.runtimes['simulated']?.options['a'])).toBe(true);
  });

  it('treats an empty variable as unset, and leaves the service links of Kubernetes alone', () => {
    const config = readConfig({ env: { DATABASE_URL: '', FLOTILLA_PORT: 'tcp://10.0.0.1:443' } });
    expect([config.databaseUrl, config.api.port]).toEqual([undefined, 6443]);
  });

  it.each([
    [
      { FLOTILLA_PORT: '70000' },
      'api.port (FLOTILLA_PORT): "70000" is not allowed; use a whole number from 0 to 65535',
    ],
    [{ FLOTILLA_ROLES: 'api,wroker' }, 'use one or more of: api, worker, controller'],
    [{ FLOTILLA_SEED_FLEET: 'maybe' }, 'use true or false'],
    [{ FLOTILLA_ALLOWED_ORIGINS: 'https://a.example/path' }, 'an origin like https://fleet.example.com'],
    [{ FLOTILLA_KUBELET_RENEW_INTERVAL: '40s' }, 'must be shorter than kubelet.nodeLeaseDurationSeconds'],
    [{ FLOTILLA_KUBELET_RENEW_INTERVAL: '5' }, 'use a duration from 100ms to 24h, like 500ms, 10s or 1m30s'],
    [{ FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '9s' }, 'must be longer than kubelet.renewInterval'],
    [{ FLOTILLA_NODE_EVICTION_RATE: '1e3' }, 'use a number from 0 to 10000'],
    [{ FLOTILLA_UNHEALTHY_ZONE_THRESHOLD: '1.1' }, 'use a number from 0 to 1'],
    [{ FLOTILLA_HOME: 'a\nb' }, 'home (FLOTILLA_HOME): "a\\nb" is not allowed; use a path'],
  ])('refuses %j', (env, message) => {
    expect(failure(() => readConfig({ env }))).toContain(message);
  });

  it('names the flag that was wrong', () => {
    expect(failure(() => readConfig({ flags: { 'api.port': 'abc' } }))).toContain('api.port (--port): "abc"');
  });

  it('never repeats a secret', () => {
    for (const env of [
      { DATABASE_URL: 'mysql://root:hunter2@host/db' },
      { REDIS_URL: 'hunter2' },
      { FLOTILLA_RUNTIMES: '{"mine":{"options":"hunter2"}}' },
      { FLOTILLA_RUNTIMES: '{"mine":{"password":"hunter2"' },
    ]) {
      expect(failure(() => readConfig({ env }))).not.toContain('hunter2');
    }
    expect(failure(() => readConfig({ file: yaml('databaseUrl: "hunter2\nx: *hunter2') }))).not.toContain('hunter2');
    expect(failure(() => readConfig({ file: yaml('databaseUrl: *hunter2') }))).not.toContain('hunter2');
  });
});

describe('the file', () => {
  it('may be empty, and so may its sections', () => {
    expect(readConfig({ file: yaml('') })).toEqual(readConfig({}));
    expect(readConfig({ file: yaml('api:\nruntimes:\n') })).toEqual(readConfig({}));
  });

  it('takes lists, numbers, booleans and runtimes as YAML has them', () => {
    const config = readConfig({
      file: yaml({
        roles: ['worker'],
        databaseUrl: 'postgres://127.0.0.1/fleet',
        seedFleet: false,
        api: { port: 7000, tlsNames: ['api', '10.0.0.1'] },
        runtimes: { simulated: null, mine: { module: 'flotilla-runtime-mine', options: { socket: '/run/x' } } },
      }),
    });
    expect(config).toMatchObject({
      roles: ['worker'],
      seedFleet: false,
      api: { port: 7000, tlsNames: ['api', '10.0.0.1'] },
    });
    expect(config.runtimes).toEqual({
      simulated: { options: {} },
      mine: { module: 'flotilla-runtime-mine', options: { socket: '/run/x' } },
    });
  });

  it.each([
    ['api: { prot: 1 }', 'flotilla.yaml has an unknown key "api.prot": did you mean "api.port"?'],
    ['apis: {}', 'did you mean "api"?'],
    ['zzzzzzzzzzzz: 1', 'docs/configuration.md has the list'],
    ['api: 3', 'flotilla.yaml: api must be a map of settings'],
    ['[1, 2]', 'flotilla.yaml: the file must be a map of settings'],
    ['api: {port: 1', 'flotilla.yaml is not valid YAML: bad indent at line 1, column'],
    ['api: {port: {}}', 'api.port (flotilla.yaml): a list or map is not allowed'],
    ['runtimes: {}', 'runtimes (flotilla.yaml): the value is not allowed'],
    ['__proto__: {a: 1}', 'unknown key "__proto__"'],
  ])('refuses %j', (text, message) => {
    expect(failure(() => readConfig({ file: yaml(text) }))).toContain(message);
  });
});

describe('properties', () => {
  const check = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(StartupError);
      expect((error as Error).message).not.toContain('\n');
    }
  };

  it('whatever the environment and the flags hold, it is a Config or a StartupError of one line', () => {
    const text = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom('true', 'api', 'json', 'http://a', '{', '{}'),
    );
    const env = fc.record(Object.fromEntries(entries.map(({ env }) => [env, text])), { requiredKeys: [] });
    const flags = fc.record(Object.fromEntries(entries.map(({ name }) => [name, text])), { requiredKeys: [] });
    fc.assert(fc.property(env, flags, (env, flags) => check(() => readConfig({ env, flags: flags as ConfigFlags }))));
  });

  it('whatever the file holds, too', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(1e21, Number.NaN, '1e3', []));
    const keys = [...SETTING_NAMES, 'api', 'kubelet', 'log'];
    const known = fc.dictionary(fc.constantFrom(...keys), value);
    const nested = fc.dictionary(
      fc.constantFrom('api', 'log', 'runtimes'),
      fc.dictionary(fc.constantFrom('port', 'level', 'x'), value),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), known, nested, fc.jsonValue()), (v) =>
        check(() => readConfig({ file: yaml(v) })),
      ),
    );
  });

  it.each([
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['2m', 120_000],
    ['1s5ms', 1_005],
  ])('%s is %d ms', (text, ms) => {
    expect(readConfig({ env: { FLOTILLA_POD_GC_INTERVAL: text } }).controllers.podGcIntervalMs).toBe(ms);
  });

  it('numbers are read exactly, from text and from YAML alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), (port) => {
        expect(readConfig({ flags: { 'api.port': String(port) } }).api.port).toBe(port);
        expect(readConfig({ file: yaml({ api: { port } }) }).api.port).toBe(port);
      }),
    );
  });
});
