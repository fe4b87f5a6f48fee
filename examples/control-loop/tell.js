/** Events: they say what goes on where people look, `kubectl describe`. */
import { createHash } from 'node:crypto';

/** @typedef {import('@kubernetes/client-node').KubernetesObject} KubernetesObject */
/** @typedef {(object: KubernetesObject, what: What) => Promise<void>} Tell */
/**
 * `occasion`: the same words on the same occasion are said once, however often they are told.
 *
 * @typedef {{ type: 'Normal' | 'Warning', reason: string, message: string, occasion?: string }} What
 */

/**
 * @param {import('@kubernetes/client-node').CoreV1Api} core
 * @param {string} component
 * @returns {Tell}
 */
export const createTeller =
  (core, component) =>
  async ({ apiVersion, kind, metadata }, { type, reason, message, occasion = '' }) => {
    const { name = '', namespace = '', uid = '' } = metadata ?? {};
    const identity = createHash('sha256').update([uid, reason, message, occasion].join('\n')).digest('hex');
    const now = new Date();
    try {
      await core.createNamespacedEvent({
        namespace,
        body: {
          metadata: { name: `${name}.${identity.slice(0, 16)}`, namespace },
          involvedObject: { apiVersion, kind, name, namespace, uid },
          ...{ type, reason, message, count: 1, firstTimestamp: now, lastTimestamp: now },
          source: { component },
        },
      });
    } catch (error) {
      if (/** @type {{ code?: number }} */ (error).code !== 409) {
        throw error;
      }
    }
  };
