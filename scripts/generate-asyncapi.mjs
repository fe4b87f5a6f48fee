/** Writes openapi/asyncapi.yaml, made of the schemas that the stream checks with. Usage: [--check] */
import { stringify } from 'yaml';
import { loadSource, packageVersion, writeOrCheck } from './generated-file.mjs';

const { asyncApiDocument } = await loadSource(`export { asyncApiDocument } from './src/api/stream/asyncapi.ts';`);
// Schemas of both directions share parts; anchors would make the file hard to read.
const text = stringify(asyncApiDocument(packageVersion()), { aliasDuplicateObjects: false, lineWidth: 120 });
writeOrCheck('openapi/asyncapi.yaml', text, 'scripts/generate-asyncapi.mjs');
