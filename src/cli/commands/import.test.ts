import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { useFakeApi } from '../../../test/support/command-line.ts';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { api, run } = useFakeApi(() => undefined);
const STAGES = 'test/support/kwok-stages.yaml';
const PROFILES = '/apis/fleet.flotilla.dev/v1alpha1/simulationprofiles';
const { refusals } = kindFixture('SimulationProfile');

interface Profile {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

describe('import kwok', () => {
  it('prints profiles that the server takes, and on stderr what does not come over', async () => {
    const { code, stdout, stderr } = await run('import', 'kwok', STAGES);
    expect(code).toBe(0);
    const profiles = parseAllDocuments(stdout).map((document) => document.toJS() as Profile);
    expect(profiles.map(({ metadata }) => metadata.name)).toEqual(['kwok', 'kwok-done']);
    expect(profiles.flatMap((profile) => refusals(profile))).toEqual([]);
    expect(profiles[0]?.spec).toEqual({
      start: { uniform: { min: '1.5s', max: '2.5s' } },
      stop: { duration: { constant: '300ms' } },
      stages: [{ name: 'down', at: 'Stopped', finalizers: { removeAll: true } }],
    });
    expect(profiles[1]?.spec).toMatchObject({
      run: {
        duration: { constant: '400ms' },
        exitCodes: [
          { code: 0, weight: 3 },
          { code: 7, weight: 1 },
        ],
      },
      stages: [
        {
          ...{ name: 'broken', at: 'Failed' },
          events: [{ type: 'Warning', reason: 'Sabotaged', message: 'on purpose' }],
          conditions: [{ type: 'Sabotage', status: 'True' }],
        },
      ],
    });
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(': ').slice(0, 3).join(': ')),
    ).toEqual([
      'kwok-role: kind: not carried over',
      'broken: spec.delay.durationFrom: not carried over',
      'broken: spec.next.statusTemplate: not carried over',
      'broken: spec.next.statusTemplate: not quite',
      'down: spec.next.event: left to the kubelet',
      'by-annotation: spec.selector.matchAnnotations: not carried over',
      'node-beat: spec: left to the kubelet',
      'widget: spec.resourceRef: not carried over',
      'broken: spec.delay: not quite',
      'done: spec.weight: not quite',
    ]);
  });

  it('prints a list for programs', async () => {
    const { stdout } = await run('import', 'kwok', STAGES, '-o', 'json', '--name', 'mine');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'List', items: [{ metadata: { name: 'mine' } }, {}] });
  });

  it('replaces profiles on the server, or creates them', async () => {
    api().answer = ({ method, url }) =>
      method === 'PUT' && url.pathname !== `${PROFILES}/kwok` ? { status: 404, body: {} } : { body: {} };
    const { code, stdout } = await run('import', 'kwok', STAGES, '--apply');
    expect([code, stdout]).toEqual([0, 'simulationprofile/kwok replaced\nsimulationprofile/kwok-done created\n']);
    expect(api().requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'POST']);
  });

  it('does nothing when it must be strict', async () => {
    const { code, stdout, stderr } = await run('import', 'kwok', STAGES, '--strict');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^flotilla: 8 things do not come over as they were \(--strict\)$/m);
  });

  it('names a file that cannot be read, or is no YAML', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flotilla-kwok-')), 'stages.yaml');
    writeFileSync(file, 'a: [');
    expect((await run('import', 'kwok', '/nowhere')).stderr).toBe('flotilla: /nowhere cannot be read (ENOENT)\n');
    const { code, stderr } = await run('import', 'kwok', file);
    expect(code).toBe(1);
    expect(stderr).toContain(`flotilla: ${file} is no YAML: `);
    expect((await run('import', 'kwok', STAGES, '--name', 'No')).code).toBe(2);
  });
});
