/** What /version says. Clients choose features by major and minor: those of the Kubernetes whose API this is. */
const MAJOR = '1';
const MINOR = '34';

export const versionInfo = (version: string): object => ({
  major: MAJOR,
  minor: MINOR,
  emulationMajor: MAJOR,
  emulationMinor: MINOR,
  minCompatibilityMajor: MAJOR,
  minCompatibilityMinor: String(Number(MINOR) - 1),
  gitVersion: `v${MAJOR}.${MINOR}.0+flotilla-${version}`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'v8',
  platform: 'linux/amd64',
});
