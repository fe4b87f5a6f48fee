/**
 * login/: sessions for browsers, which cannot send a bearer header when they open a page. `/login` puts the token of
 * its own request into a cookie, `/logout` takes it away; both pass the same door as every path. Keeps no state, never
 * logs a token. May import access/ (the cookie's name) and errors.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { badRequest, StatusError } from '../../errors.ts';
import { TOKEN_COOKIE, takeCredentials } from '../access/credentials.ts';

/** RFC 6265 cookie-octet. */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;
/** Out of reach of scripts, of plain HTTP and of other sites. */
const ATTRIBUTES = 'HttpOnly; Secure; SameSite=Strict; Path=/';

const setCookie = (reply: FastifyReply, value: string): FastifyReply =>
  reply.code(204).header('cache-control', 'no-store').header('set-cookie', value);

export function registerLogin(app: FastifyInstance): void {
  app.post('/login', (request, reply) => {
    const credentials = takeCredentials(request.raw.headers);
    if (credentials === undefined) {
      throw new StatusError('Unauthorized', 'Unauthorized');
    }
    if (!COOKIE_VALUE.test(credentials.token)) {
      throw badRequest('this token holds characters that a cookie cannot carry');
    }
    return setCookie(reply, `${TOKEN_COOKIE}=${credentials.token}; ${ATTRIBUTES}`).send();
  });

  app.post('/logout', (_request, reply) => setCookie(reply, `${TOKEN_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`).send());
}
