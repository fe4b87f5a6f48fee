import { defineConfig } from 'vitest/config';

/** Where the mode makes no difference. */
const EMBEDDED_ONLY = [
  ...['test/e2e/client-go.test.ts', 'test/e2e/headlamp.test.ts', 'test/e2e/examples/**'],
  ...['test/e2e/kubectl/verbs/**', 'test/e2e/kubectl/versions.test.ts', 'test/e2e/runtimes/**', 'test/e2e/kubelet/**'],
  ...['test/e2e/two-controllers.test.ts', 'test/e2e/snapshot-stop.test.ts'],
  // The queue's two backends are told apart by the suites of Deployments, Jobs and roles.
  'test/e2e/kubectl/{daemon-sets,cron-jobs,stateful-sets,kinds,core-kinds,server-side-apply,debug}.test.ts',
  'test/e2e/kubectl/{simulation-profiles,volumes}.test.ts',
];

/** The same suite in both modes: nothing but Node, and DATABASE_URL with REDIS_URL. */
const e2e = (name: string, mode: 'embedded' | 'servers') => ({
  test: {
    name,
    include: ['test/e2e/**/*.test.ts'],
    exclude: mode === 'servers' ? EMBEDDED_ONLY : [],
    globalSetup: [
      'test/support/global-setup.ts',
      'test/support/build.ts',
      'test/support/kubectl-invocations-report.ts',
    ],
    provide: { mode },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each file starts a whole Flotilla: more at a time than cores would only make them time out.
    maxWorkers: 2,
    sequence: { groupOrder: 3 },
  },
});

// Layers, one after another: unit tests need nothing, integration tests a real Postgres and sockets, those of runtimes
// real daemons, e2e tests real clients.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/history/**/*.test.ts',
            'bench/**/*.test.ts',
            'examples/**/*.test.js',
          ],
          // Generous: properties over real sockets on two noisy cores. A hang still ends.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Vitest leaves one core to itself by default, of two: then half of the gate's time is these.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'runtimes',
          include: ['test/runtimes/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      e2e('e2e-embedded', 'embedded'),
      e2e('e2e-servers', 'servers'),
    ],
  },
});
