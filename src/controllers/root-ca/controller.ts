/**
 * Every namespace has a ConfigMap that says whom to trust to be the API: made again when it is deleted, restored when it
 * is changed. Source: pkg/controller/certificates/rootcacertpublisher, 1.34.
 */
import { decodeObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerDefinition } from '../controller.ts';
import { createUnlessEnding, inEachNamespace, newNamespaces } from '../each-namespace.ts';
import { same } from '../equality.ts';

const NAME = 'controller/root-ca-certificate-publisher';
const CONFIG_MAPS = 'configmaps';
const CONFIG_MAP = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
/** As Kubernetes words it. */
const TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const isRight = ({ metadata, data }: ConfigMap, wanted: Record<string, string>): boolean =>
  same(data, wanted) && (metadata.annotations?.[DESCRIPTION] ?? '') !== '';

export const rootCaController: ControllerDefinition = {
  name: NAME,
  triggers: [
    newNamespaces(NAME),
    {
      resource: CONFIG_MAPS,
      // Its own creates need no second look.
      dueOn: (change) => {
        const { name, namespace = '' } = (change.after ?? change.before)?.metadata ?? {};
        return name === CONFIG_MAP && change.before !== undefined ? [{ shard: NAME, key: namespace }] : [];
      },
    },
  ],
  create: ({ registry, apiAuthorities }) =>
    inEachNamespace(NAME, registry, async (namespace, fence) => {
      const authorities = await apiAuthorities();
      if (authorities.length === 0) {
        // No process of the API has been there yet.
        return;
      }
      const data = { 'ca.crt': authorities.join('') };
      const stored = await registry.find(CONFIG_MAPS, namespace, CONFIG_MAP);
      if (stored === undefined) {
        const metadata = { name: CONFIG_MAP, namespace, annotations: { [DESCRIPTION]: TEXT } };
        await createUnlessEnding(registry, CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, fence);
      } else if (!isRight(decodeObject<ConfigMap>(stored), data)) {
        const restore = (map: ConfigMap): undefined => {
          map.data = data;
          map.metadata.annotations = { ...map.metadata.annotations, [DESCRIPTION]: TEXT };
        };
        await registry.modify<ConfigMap>(CONFIG_MAPS, namespace, CONFIG_MAP, restore, { fence });
      }
    }),
};
