/** What a ConfigMap asks for, as a Deployment. Pure: the whole of the operator's opinion is here. */

/** @typedef {import('@kubernetes/client-node').V1ConfigMap} ConfigMap */
/** @typedef {import('@kubernetes/client-node').V1Deployment} Deployment */

/** On the ConfigMaps that the operator answers for, and on its Deployments. */
export const LABEL = 'example.com/web';
export const SELECTOR = `${LABEL}=true`;

export class InvalidConfigMap extends Error {}

const REPLICAS = /^\d{1,3}$/;

/** @param {ConfigMap} configMap */
export function desiredDeployment({ metadata, data }) {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  const { image = '', replicas = '1', greeting = '' } = data ?? {};
  if (image === '') {
    throw new InvalidConfigMap('data.image says what to run: it is missing');
  }
  if (!REPLICAS.test(replicas)) {
    throw new InvalidConfigMap(`data.replicas is a number from 0 to 999, not ${replicas}`);
  }
  const labels = { app: name };
  const env = greeting === '' ? [] : [{ name: 'GREETING', value: greeting }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      labels: { ...labels, [LABEL]: 'true' },
      // The garbage collector deletes the Deployment after the ConfigMap, whether the operator runs or not.
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      replicas: Number(replicas),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image, env }] } },
    },
  };
}

/**
 * Whether `actual` has all that `desired` says. What only `actual` says is the server's defaults and other people's.
 *
 * @param {unknown} desired
 * @param {unknown} actual
 * @returns {boolean}
 */
export function covers(desired, actual) {
  if (Array.isArray(desired)) {
    const items = Array.isArray(actual) ? actual : [];
    return desired.length === items.length && desired.every((item, index) => covers(item, items[index]));
  }
  if (typeof desired === 'object' && desired !== null) {
    const fields = /** @type {Record<string, unknown>} */ (actual ?? {});
    return Object.entries(desired).every(([name, value]) => covers(value, fields[name]));
  }
  return desired === actual;
}
