/** The role `api`: certificates, access, the app, and where it answers. */
import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../api/create-api.ts';
import { createMetrics } from '../api/metrics/create-metrics.ts';
import { Spools } from '../api/spool/spools.ts';
import { ensureCertificates } from '../api/tls/ensure-certificates.ts';
import { allowAuthenticated } from '../auth/allow-authenticated.ts';
import { createAccess } from '../auth/create-access.ts';
import { createNodeAuthorizer } from '../auth/nodes/node-authorizer.ts';
import { ensureAdminKubeconfig } from '../bootstrap/admin-kubeconfig.ts';
import { keepAnnouncing } from '../bootstrap/announce-authority.ts';
import { advertisedAddress, keepApiEndpoints } from '../bootstrap/api-endpoints.ts';
import { listen } from '../bootstrap/listen.ts';
import { keepSystemObjects } from '../bootstrap/system-objects.ts';
import { createNodePages } from '../kubelet/pages/node-pages.ts';
import type { Storage } from '../storage/storage.ts';
import { VERSION } from '../version.ts';
import type { Core } from './core.ts';
import type { Process } from './process.ts';

/** Answers under way at a stop get this long. */
const CUT_CONNECTIONS_MS = 1_000;

export async function startApi(self: Process, core: Core) {
  const { storage, heavy, requests: registry, runtimes, authority, clientAuthority, probes, faults } = core;
  const { config, home, clock, random, logger, teardown, signal } = self;
  await faults.start(signal);
  const { host, port, tlsNames } = config.api;
  const certificates = await ensureCertificates({ folder: join(home, 'tls'), names: [host, ...tlsNames], clock });
  authority.pem = certificates.ca;
  await announceAuthority(self, storage, certificates.ca);
  const { tokens } = storage;
  const access = createAccess({ tokens, registry, secret: storage.continueKey, clock, newId: randomUUID });
  const closing = new AbortController();
  const app = await createApi({
    ...{
      ...access,
      registry,
      authorizer: createNodeAuthorizer(registry, allowAuthenticated),
      runtimes,
      settings: config.api,
    },
    spools: new Spools({ folder: home, clock }),
    nodePages: createNodePages({ registry, runtimes, config: config.kubelet, probes, faults, clock }),
    tls: { ...certificates, clientAuthority: clientAuthority.certificate },
    streamKey: storage.continueKey,
    version: VERSION,
    parseElsewhere: heavy.parse,
    healthChecks: [{ name: 'database', check: () => storage.ping() }],
    metrics: createMetrics(VERSION),
    ...{ clock, random, logger, signal: closing.signal },
  });
  teardown.add('api', async () => {
    closing.abort();
    // A connection that never sent a request counts as busy and would hold the stop for as long as it likes.
    const cut = setTimeout(() => app.server.closeAllConnections(), CUT_CONNECTIONS_MS);
    await app.close();
    clearTimeout(cut);
  });
  const url = await listen(app, host, port);
  const kubeconfigPath = await ensureAdminKubeconfig({ home, server: url, ca: certificates.ca, tokens, ...access });
  return { url, kubeconfigPath };
}

/** Before controllers start, so that they know it from the beginning. */
async function announceAuthority({ clock, logger, signal, teardown }: Process, storage: Storage, pem: string) {
  const note = () => storage.apiAuthorities.note(pem);
  await note();
  const announcing = keepAnnouncing({ note, clock, logger, signal });
  teardown.add('announcement', () => announcing);
}

/** After the namespace `default` is there. */
export async function announceEndpoints(self: Process, { registry, storage }: Core, port: number): Promise<void> {
  const { config, clock, random, logger, signal, teardown } = self;
  const kept = keepSystemObjects({ registry, apiPort: port, clock, random, logger, signal });
  teardown.add('system objects', () => kept);
  const address = advertisedAddress(config.api.host, networkInterfaces());
  if (address === undefined) {
    logger.info({}, 'this host has no address for the endpoints of the API');
    return;
  }
  const own = { address, port };
  const keeping = { registry, own, addresses: storage.apiAddresses, clock, random, logger, signal };
  const { done } = await keepApiEndpoints(keeping);
  teardown.add('endpoints of the API', () => done);
}
