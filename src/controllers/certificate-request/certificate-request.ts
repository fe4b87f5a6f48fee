/** certificates.k8s.io/v1 CertificateSigningRequest as its controller reads it. */
import type { KubeObject } from '../../values/object.ts';

export const REQUESTS = 'certificatesigningrequests.certificates.k8s.io';

interface RequestCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: string;
}

export interface CertificateRequest extends KubeObject {
  spec: {
    /** base64 of PEM. */
    request: string;
    signerName: string;
    usages?: string[];
    expirationSeconds?: number;
    username?: string;
    groups?: string[];
  };
  status?: { certificate?: string; conditions?: RequestCondition[] };
}

const hasCondition = ({ status }: CertificateRequest, type: string): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === type);

export const isDecided = (request: CertificateRequest): boolean =>
  hasCondition(request, 'Approved') || hasCondition(request, 'Denied');
export const isToBeSigned = (request: CertificateRequest): boolean =>
  hasCondition(request, 'Approved') && !hasCondition(request, 'Denied') && !isOver(request);
/** Signed, or found to be nothing that is signed. */
export const isOver = (request: CertificateRequest): boolean =>
  hasCondition(request, 'Failed') || (request.status?.certificate ?? '') !== '';

export const requestText = ({ spec }: CertificateRequest): string => Buffer.from(spec.request, 'base64').toString();
