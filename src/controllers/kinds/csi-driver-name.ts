/**
 * The CSI driver that makes the volumes of a provisioner. Source: k8s.io/csi-translation-lib, plugins/*.go, and the rule for
 * names of drivers in pkg/apis/storage/validation, 1.34.
 */

/** Plugins of old that were moved to a driver: whoever asks for them gets the driver's volumes. */
const MOVED: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
]);
const MAX_LENGTH = 63;

/** Who is known to make the volumes of a class: its provisioner, or the driver that took its place. */
export const provisionerOf = (named: string): string => MOVED.get(named) ?? named;

/** Provisioners without a driver, as `rancher.io/local-path`, get one of a name that is like theirs. */
export const csiDriverOf = (named: string): string =>
  provisionerOf(named)
    .toLowerCase()
    .replaceAll('/', '.')
    .replaceAll('_', '-')
    .slice(0, MAX_LENGTH)
    .split('.')
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter((label) => label !== '')
    .join('.');
