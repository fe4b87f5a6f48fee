/** What the controller writes, each thing once, whoever else writes meanwhile. */
import type { Fence, Registry } from '../../registry/registry.ts';
import { type CertificateRequest, isDecided, isOver, REQUESTS } from './certificate-request.ts';

type Change = (request: CertificateRequest) => boolean;

async function write(
  registry: Registry,
  { metadata: { name = '', uid = '' } }: CertificateRequest,
  subresource: string,
  change: Change,
  fence: Fence,
): Promise<void> {
  await registry.modify<CertificateRequest>(REQUESTS, '', name, change, { subresource, uid, fence });
}

function addCondition(request: CertificateRequest, type: string, reason: string, message: string): void {
  const { conditions = [] } = request.status ?? {};
  request.status = { ...request.status, conditions: [...conditions, { type, status: 'True', reason, message }] };
}

export const approve = (registry: Registry, request: CertificateRequest, message: string, fence: Fence) =>
  write(
    registry,
    request,
    'approval',
    (current) => {
      if (isDecided(current)) {
        return false;
      }
      addCondition(current, 'Approved', 'AutoApproved', message);
      return true;
    },
    fence,
  );

export type Outcome = { readonly certificate: string } | { readonly failure: string };

export const writeOutcome = (registry: Registry, request: CertificateRequest, outcome: Outcome, fence: Fence) =>
  write(
    registry,
    request,
    'status',
    (current) => {
      if (isOver(current)) {
        return false;
      }
      if ('certificate' in outcome) {
        current.status = { ...current.status, certificate: Buffer.from(outcome.certificate).toString('base64') };
      } else {
        addCondition(current, 'Failed', 'SignerValidationFailure', outcome.failure);
      }
      return true;
    },
    fence,
  );
