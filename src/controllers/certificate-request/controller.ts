/**
 * Certificate requests: kubelets' own are approved, approved ones signed, old ones deleted. Requests for signers that are
 * not Kubernetes' are somebody else's. Source: pkg/controller/certificates, 1.34 (approver, signer, cleaner).
 */
import { eachKey } from '../../queue/each-key.ts';
import type { Reconciler } from '../../queue/reconciler.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import type { Certificates, ControllerContext, ControllerDefinition } from '../controller.ts';
import { removeObject } from '../remove-object.ts';
import { type CertificateRequest, isDecided, isToBeSigned, REQUESTS, requestText } from './certificate-request.ts';
import { expiryOf } from './lifetime.ts';
import { isKubeletClient, SIGNERS } from './signers.ts';
import { approve, type Outcome, writeOutcome } from './write.ts';

const NAME = 'controller/certificate-request';
/** Source: kube-controller-manager, --cluster-signing-duration. */
const MAX_SECONDS = 365 * 86_400;

const requestTrigger: Trigger = {
  resource: REQUESTS,
  dueOn: ({ after }) => (after === undefined ? [] : [{ shard: NAME, key: after.metadata.name ?? '' }]),
};

/** Why nobody needs to look at it: a kubelet asks for itself, or for the node that it is to be. */
async function approvalOf(
  request: CertificateRequest,
  { issuer, mayRequest }: Certificates,
): Promise<string | undefined> {
  const { signerName, usages = [], username = '', groups = [] } = request.spec;
  if (isDecided(request) || !SIGNERS.has(signerName)) {
    return undefined;
  }
  const identity = issuer.identityOf(requestText(request));
  if (!isKubeletClient(signerName, identity, usages)) {
    return undefined;
  }
  const user = { username, groups };
  if (username === identity.commonName && (await mayRequest(user, 'selfnodeclient'))) {
    return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
  }
  return (await mayRequest(user, 'nodeclient'))
    ? 'Auto approving kubelet client certificate after SubjectAccessReview.'
    : undefined;
}

async function sign(request: CertificateRequest, { issuer }: Certificates): Promise<Outcome | undefined> {
  const { signerName, usages = [], expirationSeconds = MAX_SECONDS } = request.spec;
  const check = SIGNERS.get(signerName);
  if (check === undefined || !isToBeSigned(request)) {
    return undefined;
  }
  const text = requestText(request);
  const failure = check(issuer.identityOf(text), usages);
  if (failure !== undefined) {
    return { failure };
  }
  const seconds = Math.min(expirationSeconds, MAX_SECONDS);
  return { certificate: await issuer.issue({ request: text, usages, seconds }) };
}

const createReconciler = ({ registry, clock, certificates }: ControllerContext): Reconciler => ({
  name: NAME,
  reconcile: async (name, { lease }) => {
    const stored = await registry.find(REQUESTS, '', name);
    if (stored === undefined) {
      return {};
    }
    const request = decodeObject<CertificateRequest>(stored);
    const expiry = expiryOf(request);
    if (expiry !== undefined && expiry <= clock.now()) {
      await removeObject(registry, REQUESTS, stored, lease);
      return {};
    }
    const reason = await approvalOf(request, certificates);
    const outcome = reason === undefined ? await sign(request, certificates) : undefined;
    if (reason !== undefined) {
      await approve(registry, request, reason, lease);
    } else if (outcome !== undefined) {
      await writeOutcome(registry, request, outcome, lease);
    }
    // What was written makes the request due again at once.
    return expiry === undefined ? {} : { requeueAfterMs: expiry - clock.now() };
  },
});

export const certificateRequestController: ControllerDefinition = {
  name: NAME,
  triggers: [requestTrigger],
  create: (context) => ({ reconciler: eachKey(createReconciler(context)) }),
};
