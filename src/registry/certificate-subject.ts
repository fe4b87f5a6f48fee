/**
 * Nobody asks for a certificate that may do everything and outlive every role. Source:
 * plugin/pkg/admission/certificates/subjectrestriction, 1.34.
 */
import { forbidden } from '../errors.ts';
import { requestedOrganizations } from '../resources/certificates/requested-organizations.ts';
import type { AdmissionPlugin } from './admission.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';
const MASTERS = 'system:masters';

function asksForMasters(base64: string): boolean {
  try {
    return requestedOrganizations(Buffer.from(base64, 'base64').toString('latin1')).includes(MASTERS);
  } catch {
    // What is no request is told by its validation.
    return false;
  }
}

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  admit(_context, { operation, kind, name, object }) {
    const spec = object.spec as { signerName?: string; request?: string } | undefined;
    const { group, plural } = kind.definition;
    if (operation !== 'create' || plural !== 'certificatesigningrequests' || spec?.signerName !== SIGNER) {
      return;
    }
    if (asksForMasters(spec.request ?? '')) {
      const why = `use of ${SIGNER} signer with ${MASTERS} group is not allowed`;
      throw forbidden({ group, resource: plural }, name, why);
    }
  },
};
