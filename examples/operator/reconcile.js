/** One pass for one key: reads what is there, and makes the one change that it still lacks. Never asks what happened. */
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { covers, desiredDeployment, InvalidConfigMap } from './desired-deployment.js';

/** @typedef {import('./desired-deployment.js').ConfigMap} ConfigMap */
/** @typedef {import('./desired-deployment.js').Deployment} Deployment */

const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/**
 * @param {{
 *   apps: import('@kubernetes/client-node').AppsV1Api,
 *   configMaps: import('@kubernetes/client-node').ObjectCache<ConfigMap>,
 *   deployments: import('@kubernetes/client-node').ObjectCache<Deployment>,
 *   tell: import('../control-loop/tell.js').Tell,
 *   log: (text: string) => void,
 * }} context
 * @returns {(key: string) => Promise<void>}
 */
export function createReconciler({ apps, configMaps, deployments, tell, log }) {
  /** @param {Deployment} desired */
  async function create(desired) {
    await apps.createNamespacedDeployment({ namespace: desired.metadata?.namespace ?? '', body: desired });
    log(`created ${desired.metadata?.name}`);
  }

  /**
   * @param {Deployment} desired
   * @param {Deployment} actual
   */
  async function correct(desired, actual) {
    const { name = '', namespace = '', ownerReferences = [] } = actual.metadata ?? {};
    if (ownerReferences.find(({ controller }) => controller)?.uid !== desired.metadata?.ownerReferences?.[0]?.uid) {
      // Of a ConfigMap of this name that is gone, then it goes too; or somebody else's. Tried again, later each time.
      throw new Error(`the deployment ${name} has another controller`);
    }
    if (!covers(desired, actual)) {
      await apps.patchNamespacedDeployment({ name, namespace, body: desired }, STRATEGIC);
      log(`corrected ${name}`);
    }
  }

  /** For what lost its label. What lost its ConfigMap is the garbage collector's too: who comes second finds nothing. */
  async function remove(/** @type {Deployment} */ { metadata }) {
    const { name = '', namespace = '', uid = '' } = metadata ?? {};
    try {
      await apps.deleteNamespacedDeployment({ name, namespace, body: { preconditions: { uid } } });
      log(`removed ${name}`);
    } catch (error) {
      const { code } = /** @type {{ code?: number }} */ (error);
      // 409: there is another one under this name by now, which is not the one that was meant.
      if (code !== 404 && code !== 409) {
        throw error;
      }
    }
  }

  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const configMap = configMaps.get(name, namespace);
    const actual = deployments.get(name, namespace);
    if (configMap === undefined) {
      return actual === undefined ? undefined : remove(actual);
    }
    if (configMap.metadata?.deletionTimestamp !== undefined) {
      return undefined;
    }
    try {
      const desired = desiredDeployment(configMap);
      return await (actual === undefined ? create(desired) : correct(desired, actual));
    } catch (error) {
      if (!(error instanceof InvalidConfigMap)) {
        throw error;
      }
      // Trying again mends nothing: the next change of the ConfigMap does.
      const { resourceVersion = '' } = configMap.metadata ?? {};
      const what = /** @type {const} */ ({ type: 'Warning', reason: 'Invalid' });
      // Of a list, client-node's items say neither.
      const named = { ...configMap, apiVersion: 'v1', kind: 'ConfigMap' };
      return tell(named, { ...what, message: error.message, occasion: resourceVersion });
    }
  };
}
