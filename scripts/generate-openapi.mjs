/** Writes openapi/openapi.json, the document that `/docs` serves, made of the same code. Usage: [--check] */
import { loadSource, packageVersion, writeOrCheck } from './generated-file.mjs';

const { RESOURCES, servedKinds, wholeDocument } = await loadSource(`
  export { RESOURCES } from './src/resources/index.ts';
  export { servedKinds } from './src/api/served-kinds.ts';
  export { wholeDocument } from './src/api/openapi/whole-document.ts';`);
const kinds = servedKinds({ definitions: () => RESOURCES });
const text = `${JSON.stringify(wholeDocument(kinds, packageVersion()), null, 1)}\n`;
writeOrCheck('openapi/openapi.json', text, 'scripts/generate-openapi.mjs');
