/** Many writes in one request. OpenAPI 3.0 has no form for NDJSON: the schemas are those of one line. */
import { ANSWER_SCHEMA, ITEM_SCHEMAS } from '../bulk/item-schemas.ts';
import type { Operation } from './document.ts';
import { answer, FAILURES } from './operations.ts';
import { BULK } from './parameters.ts';

const NDJSON = 'application/x-ndjson';

export const bulkOperation: Operation = {
  operationId: 'bulk',
  summary: 'create, update, patch and delete objects of any kinds',
  description: 'An item a line in, its answer a line out, in order: docs/bulk.md. The schemas are those of one line.',
  tags: ['bulk'],
  parameters: BULK,
  requestBody: {
    required: true,
    content: { [NDJSON]: { schema: { type: 'object', anyOf: Object.values(ITEM_SCHEMAS) } } },
  },
  responses: { '200': answer('An answer to each item.', ANSWER_SCHEMA, [NDJSON]), ...FAILURES },
};
