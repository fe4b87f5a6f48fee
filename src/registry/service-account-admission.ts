/**
 * ServiceAccount: a pod names an account that there is, and pulls its images with the account's secrets unless it names
 * its own. Source: plugin/pkg/admission/serviceaccount, 1.34. The account `default` comes a moment after its namespace;
 * there a pod waits for it, here it does not, and is let in.
 */
import { isMirrorPod } from '../resources/pod/mirror-pod.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { admissionRefusal } from './admission-refusal.ts';
import type { ServiceAccount } from './object-lookup.ts';

const DEFAULT = 'default';

interface PodSpec {
  serviceAccountName?: string;
  imagePullSecrets?: readonly { readonly name?: string }[];
}

function complete(request: AdmissionRequest, account: ServiceAccount | undefined): void {
  const { namespace, object } = request;
  const spec = (object.spec ?? {}) as PodSpec;
  const { serviceAccountName = '' } = spec;
  if (account === undefined) {
    if (serviceAccountName === DEFAULT) {
      return;
    }
    const missing = `serviceaccount ${JSON.stringify(serviceAccountName)} not found`;
    const why = `error looking up service account ${namespace}/${serviceAccountName}: ${missing}`;
    throw admissionRefusal(request, why);
  }
  const { imagePullSecrets = [] } = account;
  if ((spec.imagePullSecrets ?? []).length === 0 && imagePullSecrets.length > 0) {
    spec.imagePullSecrets = imagePullSecrets.map(({ name: secret = '' }) => ({ name: secret }));
  }
}

export const serviceAccountAdmission: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit({ accounts }, request) {
    const { kind, operation, object, namespace } = request;
    if (kind.id !== 'pods' || operation !== 'create' || isMirrorPod(object)) {
      return undefined;
    }
    const { serviceAccountName = DEFAULT } = (object.spec ?? {}) as PodSpec;
    const found = accounts.find(namespace, serviceAccountName, serviceAccountName !== DEFAULT);
    return found instanceof Promise ? found.then((account) => complete(request, account)) : complete(request, found);
  },
};
