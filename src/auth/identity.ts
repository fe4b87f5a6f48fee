/** The seam every verb passes: authenticate → authorise → admit. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What is asked, as in authorization.k8s.io ResourceAttributes and NonResourceAttributes. */
export interface RequestAttributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** For requests that name no resource. */
  readonly path?: string;
}

/** Answers who sent the credentials, or undefined when they are unknown. Never logs them. */
export interface Authenticator {
  authenticate(bearerToken: string): Promise<UserInfo | undefined>;
}
export interface Authorizer {
  authorize(
    user: UserInfo,
    attributes: RequestAttributes,
  ): Promise<{ readonly allowed: boolean; readonly reason: string }>;
}
