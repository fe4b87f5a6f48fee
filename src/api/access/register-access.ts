/**
 * access/: the door that every request and every upgrade passes, before routing decides what it meets: origin,
 * authentication, authorization. May import auth contracts and errors. Never logs or echoes a credential. Routes that
 * need no credentials say so themselves: `config: { public: true }`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UserInfo } from '../../auth/identity.ts';
import { StatusError } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import type { Query } from '../query.ts';
import { authorize } from './authorize.ts';
import { certificateUserOf } from './client-certificate.ts';
import { takeCredentials } from './credentials.ts';
import { type AuthenticationFailure, createFailureLimit } from './failure-limit.ts';
import { impersonate } from './impersonation.ts';
import { judgeOrigin, type OriginVerdict } from './origin.ts';
import { prefersPage } from './prefers-page.ts';
import { parseRequestInfo } from './request-info.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it. Not set on public routes. */
    user: UserInfo;
    /** Looks at the credentials again, for what outlasts them: undefined when they are not good any more. */
    identify: () => Promise<UserInfo | undefined>;
  }
  interface FastifyContextConfig {
    /** Served without credentials. */
    public?: boolean;
  }
}

/** What a browser is shown in place of a 401's Status. */
export interface SignIn {
  readonly page: () => string;
  /** Content type and the policy that the page's script runs under. */
  readonly headers: () => Readonly<Record<string, string>>;
}

type AccessContext = Pick<ApiContext, 'authenticator' | 'authorizer' | 'settings' | 'clock'>;

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The token that counts: a cookie's only when the browser says that the page was ours. Throws 403. No page can give a
 * socket a header: who sends one is a proxy, like Headlamp's, that hands the Origin of its own page on.
 */
function trustedToken(request: FastifyRequest, origin: OriginVerdict): string | undefined {
  const credentials = takeCredentials(request.raw.headers);
  if (request.ws && origin.foreign && credentials?.source !== 'header') {
    throw new StatusError('Forbidden', 'forbidden: the Origin of this page may not open sockets', {});
  }
  if (credentials?.source !== 'cookie' || origin.ours) {
    return credentials?.token;
  }
  if (request.ws || !SAFE_METHODS.includes(request.method)) {
    throw new StatusError('Forbidden', 'forbidden: a request with a cookie must come from our own pages', {});
  }
  return origin.direct ? credentials.token : undefined;
}

/** Whom the request counts as from, at the time of asking. Throws 403 for an origin that must not ask. */
function identifier(request: FastifyRequest, context: AccessContext): FastifyRequest['identify'] {
  const origin = judgeOrigin(request.headers, context.settings.allowedOrigins);
  const token = trustedToken(request, origin);
  const { socket, rawHeaders } = request.raw;
  return async () => {
    // Browsers show a certificate by themselves, as they do cookies. Certificates go first, as in kube-apiserver.
    const holder = origin.elsewhere ? undefined : certificateUserOf(socket, context.clock.now());
    const sender = holder ?? (token === undefined ? undefined : await context.authenticator.authenticate(token));
    return sender === undefined ? undefined : await impersonate(sender, rawHeaders, context.authorizer);
  };
}

async function authenticate(
  request: FastifyRequest,
  context: AccessContext,
  failure: AuthenticationFailure,
): Promise<UserInfo> {
  request.identify = identifier(request, context);
  const user = await request.identify();
  if (user === undefined) {
    throw await failure(request);
  }
  return user;
}

export async function registerAccess(app: FastifyInstance, context: AccessContext, signIn?: SignIn): Promise<void> {
  const failure = await createFailureLimit(app);
  app.decorateRequest('user');
  app.decorateRequest('identify');

  const showSignIn = (reply: FastifyReply, { page, headers }: SignIn): FastifyReply =>
    reply.code(401).headers(headers()).send(page());

  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config?.public === true) {
      return;
    }
    try {
      request.user = await authenticate(request, context, failure);
    } catch (error) {
      const refused = error instanceof StatusError && error.reason === 'Unauthorized';
      if (refused && signIn !== undefined && prefersPage(request)) {
        return showSignIn(reply, signIn);
      }
      throw error;
    }
    const [path = '/'] = (request.raw.url ?? '/').split('?', 1);
    const asked = parseRequestInfo(request.method, path, request.query as Query);
    await authorize(context.authorizer, request.user, asked);
  });
}
