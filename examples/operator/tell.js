/** Says what is wrong where its author looks: `kubectl describe configmap`. */

/**
 * @param {import('@kubernetes/client-node').CoreV1Api} core
 * @returns {(configMap: import('@kubernetes/client-node').V1ConfigMap, message: string) => Promise<void>}
 */
export const createTeller = (core) => async (configMap, message) => {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = configMap.metadata ?? {};
  const now = new Date();
  try {
    await core.createNamespacedEvent({
      namespace,
      body: {
        // One for each version of the ConfigMap, however often it is looked at.
        metadata: { name: `${name}.${resourceVersion}`, namespace },
        involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name, namespace, uid, resourceVersion },
        ...{ type: 'Warning', reason: 'Invalid', message, count: 1, firstTimestamp: now, lastTimestamp: now },
        source: { component: 'web-operator' },
      },
    });
  } catch (error) {
    if (/** @type {{ code?: number }} */ (error).code !== 409) {
      throw error;
    }
  }
};
