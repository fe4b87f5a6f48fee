/** The types of faults, and what each is about. Data. */

/** Of which objects the targets are. */
export type FaultSubject = 'node' | 'pod';
/** Fields of the spec that say more about one kind of fault. */
export const FAULT_SECTIONS = ['slowHeartbeat', 'pressure', 'crash', 'imagePull', 'probe', 'slowStart'] as const;
export type FaultSection = (typeof FAULT_SECTIONS)[number];

interface FaultMeaning {
  readonly subject: FaultSubject;
  /** The one section that it may have. */
  readonly section?: FaultSection;
  /** As events say it: `<node> <does>`. */
  readonly does: string;
}

const pressure = { subject: 'node', section: 'pressure' } as const;
const crash = { subject: 'pod', section: 'crash' } as const;

export const FAULT_TYPES = {
  StopHeartbeat: { subject: 'node', does: 'sends no heartbeats' },
  SlowHeartbeat: { subject: 'node', section: 'slowHeartbeat', does: 'sends its heartbeats late' },
  KubeletCrash: { subject: 'node', does: 'has no kubelet' },
  Partition: { subject: 'node', does: 'is cut off' },
  ZoneOutage: { subject: 'node', does: 'is in a zone that is out' },
  MemoryPressure: { ...pressure, does: 'runs out of memory' },
  DiskPressure: { ...pressure, does: 'runs out of disk' },
  PIDPressure: { ...pressure, does: 'runs out of process ids' },
  CrashLoop: { ...crash, does: 'crashes again and again' },
  OOMKill: { ...crash, does: 'is killed for its memory' },
  ImagePullError: { subject: 'pod', section: 'imagePull', does: 'cannot pull images' },
  ProbeFailure: { subject: 'pod', section: 'probe', does: 'fails its probes' },
  SlowStart: { subject: 'pod', section: 'slowStart', does: 'starts late' },
} as const satisfies Readonly<Record<string, FaultMeaning>>;

export type FaultType = keyof typeof FAULT_TYPES;

export const faultMeaning = (type: string | undefined): FaultMeaning | undefined =>
  type !== undefined && Object.hasOwn(FAULT_TYPES, type) ? FAULT_TYPES[type as FaultType] : undefined;
