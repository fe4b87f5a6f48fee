/** NamespaceLifecycle: nothing is created in a missing or ending namespace, and the system's own stay for good. */
import { forbidden, notFound, StatusError } from '../errors.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { admissionRefusal } from './admission-refusal.ts';
import type { RegistryContext } from './context.ts';

const NAMESPACES = { group: '', resource: 'namespaces' };
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

function terminating(request: AdmissionRequest): StatusError {
  const { namespace } = request;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refused = admissionRefusal(request, why);
  return new StatusError('Forbidden', refused.message, {
    ...refused.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

async function admitCreate(context: RegistryContext, request: AdmissionRequest): Promise<void> {
  const state = await context.namespaces.state(request.namespace);
  if (state === 'missing') {
    throw notFound(NAMESPACES, request.namespace);
  }
  if (state === 'terminating') {
    throw terminating(request);
  }
}

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit(context, request) {
    if (request.operation === 'create') {
      return request.kind.definition.namespaced ? admitCreate(context, request) : undefined;
    }
    if (request.operation === 'delete' && request.kind.id === 'namespaces' && IMMORTAL.has(request.name)) {
      throw forbidden(NAMESPACES, request.name, 'this namespace may not be deleted');
    }
    return undefined;
  },
};
