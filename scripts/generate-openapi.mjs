/** Writes openapi/openapi.json, the document that `/docs` serves, made of the same code. Usage: [--check] */
import { loadSource, packageVersion, writeOrCheck } from './generated-file.mjs';

const { METRICS, RESOURCES, REVIEWS, wholeDocument } = await loadSource(`
  export { METRICS } from './src/resources/metrics/metrics.ts';
  export { RESOURCES } from './src/resources/index.ts';
  export { REVIEWS } from './src/resources/reviews/index.ts';
  export { wholeDocument } from './src/api/openapi/whole-document.ts';`);
const text = `${JSON.stringify(wholeDocument([...RESOURCES, ...REVIEWS, ...METRICS], packageVersion()), null, 1)}\n`;
writeOrCheck('openapi/openapi.json', text, 'scripts/generate-openapi.mjs');
