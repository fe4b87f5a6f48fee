import { StartupError } from '../errors.ts';
import type { Config } from './config.ts';
import { SETTINGS } from './settings.ts';

/** What no setting can tell alone. Throws StartupError. */
export function checkTogether({ roles, databaseUrl, kubelet, controllers }: Config): void {
  const missing = SETTINGS.roles.fallback.filter((role) => !roles.includes(role));
  if (databaseUrl === undefined && missing.length > 0) {
    throw new StartupError(
      `roles (${roles.join(',')}) without DATABASE_URL: no other process could share the embedded PostgreSQL and be ` +
        `its ${missing.join(' and ')}; set DATABASE_URL to the database of the fleet, or run all roles in one process`,
    );
  }
  const { renewIntervalMs, configuration } = kubelet;
  const { nodeLeaseDurationSeconds: leaseDurationSeconds } = configuration;
  if (renewIntervalMs >= leaseDurationSeconds * 1_000) {
    throw new StartupError(
      `kubelet.renewInterval (${renewIntervalMs} ms) must be shorter than kubelet.nodeLeaseDurationSeconds ` +
        `(${leaseDurationSeconds} s), or every lease would run out between renewals`,
    );
  }
  if (controllers.nodeMonitorGracePeriodMs <= renewIntervalMs) {
    throw new StartupError(
      `controllers.nodeMonitorGracePeriod (${controllers.nodeMonitorGracePeriodMs} ms) must be longer than ` +
        `kubelet.renewInterval (${renewIntervalMs} ms), or healthy nodes would be called Unknown`,
    );
  }
}
