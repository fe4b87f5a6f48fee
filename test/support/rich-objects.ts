/** An object of each kind that a fleet has none of by itself, with fields of many forms. */
const labels = { app: 'rich' };
const meta = (name: string, namespace?: string) => ({
  ...{ name, labels, annotations: { note: 'ä"\\' }, finalizers: [] },
  ...(namespace === undefined ? {} : { namespace }),
});

const podSpec = {
  ...{ terminationGracePeriodSeconds: 5, hostname: 'h', subdomain: 's', priorityClassName: 'system-cluster-critical' },
  securityContext: { runAsUser: 0, runAsNonRoot: false, fsGroup: 1_000 },
  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 7,
          podAffinityTerm: {
            topologyKey: 'zone',
            labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
          },
        },
      ],
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } },
  ],
  initContainers: [{ name: 'init', image: 'busybox', restartPolicy: 'Always' }],
  containers: [
    {
      ...{ name: 'main', image: 'busybox', args: [''], workingDir: '/w', tty: true },
      env: [
        { name: 'A', value: '' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
      ],
      ports: [{ containerPort: 80, name: 'http', protocol: 'UDP' }],
      resources: { requests: { cpu: '100m', memory: '1.5Gi' }, limits: { cpu: '2', memory: '2Gi' } },
      livenessProbe: { httpGet: { port: 'http', httpHeaders: [{ name: 'X', value: 'y' }] }, initialDelaySeconds: 600 },
      readinessProbe: { exec: { command: ['true'] }, failureThreshold: 1 },
      lifecycle: { preStop: { sleep: { seconds: 0 } } },
      volumeMounts: [{ name: 'all', mountPath: '/all', readOnly: true, subPath: 'x' }],
      securityContext: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, readOnlyRootFilesystem: false },
    },
  ],
  volumes: [
    {
      name: 'all',
      projected: {
        defaultMode: 0,
        sources: [
          { serviceAccountToken: { path: 't', expirationSeconds: 600 } },
          { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        ],
      },
    },
    { name: 'empty', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ],
};
const template = { metadata: { labels }, spec: podSpec };
const jobSpec = {
  ...{ backoffLimit: 0, completionMode: 'Indexed', completions: 2, suspend: true },
  podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1, 42] } }] },
  template: { ...template, spec: { ...podSpec, restartPolicy: 'Never' } },
};
const port = { service: { name: 'rich', port: { number: 80 } } };

const ofKind = (apiVersion: string, kind: string, metadata: object, more: object) => ({
  ...{ apiVersion, kind, metadata },
  ...more,
});

export function richObjects(namespace: string): readonly object[] {
  const named = meta('rich', namespace);
  const selector = { matchLabels: labels };
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'rich' };
  const metrics = [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
  ];
  const ports = [{ port: 80, targetPort: 'http', nodePort: 0 }];
  return [
    ofKind('apps/v1', 'StatefulSet', named, {
      spec: {
        ...{ serviceName: 'rich', replicas: 1, selector, template, minReadySeconds: 1 },
        volumeClaimTemplates: [
          {
            metadata: { name: 'c' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    }),
    ofKind('apps/v1', 'DaemonSet', named, {
      spec: { selector, template, updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '10%' } } },
    }),
    ofKind('batch/v1', 'Job', named, { spec: jobSpec }),
    ofKind('batch/v1', 'CronJob', named, {
      spec: { schedule: '0 0 1 1 *', timeZone: 'Etc/UTC', jobTemplate: { spec: jobSpec } },
    }),
    ofKind('autoscaling/v2', 'HorizontalPodAutoscaler', named, {
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'rich' }, metrics },
    }),
    ofKind('v1', 'Service', named, {
      spec: { selector: labels, type: 'NodePort', ports, sessionAffinity: 'ClientIP' },
    }),
    ofKind('networking.k8s.io/v1', 'Ingress', named, {
      spec: { rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: port }] } }] },
    }),
    ofKind('networking.k8s.io/v1', 'NetworkPolicy', named, {
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] },
    }),
    ofKind('policy/v1', 'PodDisruptionBudget', named, { spec: { selector, minAvailable: '50%' } }),
    ofKind('v1', 'ConfigMap', named, { data: { a: '' }, binaryData: { b: 'AP8=' }, immutable: false }),
    ofKind('v1', 'ResourceQuota', named, { spec: { hard: { pods: '10', 'requests.cpu': '1500m' } } }),
    ofKind('v1', 'LimitRange', named, {
      spec: { limits: [{ type: 'Container', default: { cpu: '1' }, min: { cpu: '0' } }] },
    }),
    ofKind('v1', 'PersistentVolume', meta(`rich-${namespace}`), {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteMany'],
        nfs: { server: 's', path: '/p' },
        mountOptions: ['ro'],
      },
    }),
    ofKind('storage.k8s.io/v1', 'StorageClass', meta(`rich-${namespace}`), {
      ...{ provisioner: 'a.b/c', parameters: { p: 'v' }, allowVolumeExpansion: true },
    }),
    ofKind('storage.k8s.io/v1', 'CSIDriver', meta(`rich-${namespace}`), {
      spec: { attachRequired: false, podInfoOnMount: true },
    }),
    ofKind('node.k8s.io/v1', 'RuntimeClass', meta(`rich-${namespace}`), {
      handler: 'h',
      overhead: { podFixed: { cpu: '10m' } },
    }),
    ofKind('rbac.authorization.k8s.io/v1', 'Role', named, {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }],
    }),
    ofKind('rbac.authorization.k8s.io/v1', 'RoleBinding', named, {
      ...{ roleRef: role, subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }] },
    }),
  ];
}
