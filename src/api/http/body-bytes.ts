import type { FastifyRequest } from 'fastify';

const EMPTY = Buffer.alloc(0);

export const bodyBytes = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : EMPTY);
