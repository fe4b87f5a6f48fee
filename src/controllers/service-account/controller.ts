/** Every namespace has an account named `default`. Source: pkg/controller/serviceaccount/serviceaccounts_controller.go. */
import type { ControllerDefinition } from '../controller.ts';
import { createUnlessEnding, inEachNamespace, newNamespaces } from '../each-namespace.ts';

const NAME = 'controller/service-account';
const ACCOUNTS = 'serviceaccounts';
const ACCOUNT = 'default';

export const serviceAccountController: ControllerDefinition = {
  name: NAME,
  triggers: [
    newNamespaces(NAME),
    {
      resource: ACCOUNTS,
      dueOn: ({ before, after }) =>
        after === undefined && before?.metadata.name === ACCOUNT
          ? [{ shard: NAME, key: before.metadata.namespace ?? '' }]
          : [],
    },
  ],
  create: ({ registry }) =>
    inEachNamespace(NAME, registry, async (namespace, fence) => {
      if ((await registry.find(ACCOUNTS, namespace, ACCOUNT)) === undefined) {
        const metadata = { name: ACCOUNT, namespace };
        await createUnlessEnding(registry, ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, fence);
      }
    }),
};
