/** Fields that a kubelet reads once, as it starts or registers its node: nothing that is told later can change them. */
import type { KubeletConfiguration } from './configuration.ts';

const STATIC: ReadonlySet<string> = new Set([
  ...['address', 'port', 'readOnlyPort', 'healthzBindAddress', 'healthzPort', 'enableServer', 'tlsCertFile'],
  ...['tlsPrivateKeyFile', 'tlsCipherSuites', 'tlsMinVersion', 'serverTLSBootstrap', 'rotateCertificates'],
  ...['authentication', 'authorization', 'registerNode', 'registerWithTaints', 'nodeLeaseDurationSeconds'],
  ...[
    'providerID',
    'podCIDR',
    'featureGates',
    'allowedUnsafeSysctls',
    'containerRuntimeEndpoint',
    'imageServiceEndpoint',
  ],
  ...['cgroupDriver', 'cgroupRoot', 'cgroupsPerQOS', 'kubeletCgroups', 'systemCgroups', 'kubeReservedCgroup'],
  ...['systemReservedCgroup', 'reservedSystemCPUs', 'reservedMemory', 'cpuManagerPolicy', 'cpuManagerPolicyOptions'],
  ...['memoryManagerPolicy', 'topologyManagerPolicy', 'topologyManagerPolicyOptions', 'topologyManagerScope'],
  ...[
    'staticPodPath',
    'fileCheckFrequency',
    'staticPodURL',
    'staticPodURLHeader',
    'podLogsDir',
    'volumePluginDir',
    'runOnce',
    'oomScoreAdj',
  ],
]);

export const staticFields = (configuration: KubeletConfiguration): readonly string[] =>
  Object.keys(configuration).filter((name) => STATIC.has(name));
