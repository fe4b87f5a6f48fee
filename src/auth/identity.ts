/** The seam every verb passes: authenticate → authorise → admit. */
import type { Requester } from '../resources/define-resource.ts';

/** As in authentication.k8s.io. */
export type UserInfo = Requester;

/** What is asked, as in authorization.k8s.io ResourceAttributes and NonResourceAttributes. */
export interface RequestAttributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The only node whose pods are asked for, by a field selector. */
  readonly nodeName?: string;
  /** For requests that name no resource. */
  readonly path?: string;
}

/** Whom a token is for when it says nothing else: this API. Source: kube-apiserver's default service account issuer. */
export const API_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

/** Answers who sent the credentials, or undefined when they are unknown. Never logs them. */
export interface Authenticator {
  /** `audiences`: whom the token must be for, one of them; none named: the API. */
  authenticate(bearerToken: string, audiences?: readonly string[]): Promise<UserInfo | undefined>;
}

/** As in authorization.k8s.io. */
export interface Rules {
  readonly resourceRules: readonly { verbs: string[]; apiGroups: string[]; resources: string[] }[];
  readonly nonResourceRules: readonly { verbs: string[]; nonResourceURLs: string[] }[];
}
export interface Authorizer {
  authorize(
    user: UserInfo,
    attributes: RequestAttributes,
  ): Promise<{ readonly allowed: boolean; readonly reason: string }>;
  /** All that the user may do in a namespace. */
  rules(user: UserInfo, namespace: string): Promise<Rules>;
}
