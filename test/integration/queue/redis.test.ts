import { afterAll, beforeAll, describe } from 'vitest';
import { missingRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { queueSuite } from './backend-suite.ts';

describe.skipIf(missingRedis !== undefined)(
  `queue on Redis${missingRedis === undefined ? '' : ` (${missingRedis})`}`,
  () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());
    queueSuite(() => ({
      backend: (namespace) => ({ kind: 'redis', url: redis.url, namespace }),
      ...(redis.flushAll === undefined ? {} : { flush: redis.flushAll }),
    }));
  },
);
