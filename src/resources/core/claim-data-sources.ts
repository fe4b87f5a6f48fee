/** The two fields of a claim that say what its volume is made of. Source: pkg/api/persistentvolumeclaim/util.go, 1.34. */
import type { ClaimSpec } from './claim-spec.ts';

/** What `dataSource` has always held; clients that know of no more expect the rest to be ignored there. */
const KNOWN_SOURCES = ['/PersistentVolumeClaim', 'snapshot.storage.k8s.io/VolumeSnapshot'];

/** A client that names a `dataSourceRef`, or a claim that was stored with a source, knows of the others. */
function dropForeignSource(spec: ClaimSpec, old: ClaimSpec): void {
  if (old.dataSource !== undefined || old.dataSourceRef !== undefined || spec.dataSourceRef !== undefined) {
    return;
  }
  const { apiGroup = '', kind = '' } = spec.dataSource ?? {};
  if (!KNOWN_SOURCES.includes(`${apiGroup}/${kind}`)) {
    delete spec.dataSource;
  }
}

/** Either field fills the other. Source: NormalizeDataSources. */
export function withBothSources(spec: ClaimSpec): ClaimSpec {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) {
    return { ...spec, dataSourceRef: { ...dataSource } };
  }
  if (dataSourceRef === undefined || dataSource !== undefined) {
    return spec;
  }
  const { namespace = '', ...local } = dataSourceRef;
  return namespace === '' ? { ...spec, dataSource: local } : spec;
}

/** Changes `spec`. `old` on an update. */
export function settleDataSources(spec: ClaimSpec, old: ClaimSpec = {}): void {
  dropForeignSource(spec, old);
  Object.assign(spec, withBothSources(spec));
}
