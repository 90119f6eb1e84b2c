// The settings as the code uses them.
/** Resource requests of a placeholder as typed in the values: `{ memory: "57Gi", cpu: "7" }`, or measured on the nodes. */
export type PlaceholderResources =
  | 'auto'
  | { requests?: Record<string, string>; limits?: Record<string, string> };

export interface FeedConfig {
  /** Unique, `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`; the single feed of `calendarUrl` is called `calendar`. */
  name: string;
  /** http(s) address, `file://` address or plain path. A secret: only its host may be shown (feed host: `feedHost(url)`). */
  url: string;
  auth?: { username: string; password: string } | { token: string };
  /** Pools whose bookings are taken from this feed; all when absent. */
  pools?: string[];
  unknownPools: 'problem' | 'ignore';
}

export interface PoolConfig {
  /** Short name as typed in the calendar. */
  name: string;
  nodeSelector: Record<string, string>;
  /** Kubernetes `affinity`, only `nodeAffinity` is used to find the pool's nodes. */
  affinity?: Record<string, unknown>;
  tolerations: Toleration[];
  resources: PlaceholderResources;
  /** The baseline: spares kept when nothing is booked. */
  baseline: number;
  maxReplicas: number;
  leadTimeMs: number;
  holdTimeMs: number;
}

export interface Toleration {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface CalendarLimits {
  bodyBytes: number;
  lineBytes: number;
  parametersPerLine: number;
  nesting: number;
  events: number;
  datesPerSeries: number;
  ruleCount: number;
  occurrencesPerSeries: number;
  occurrences: number;
  durationDays: number;
  descriptionBytes: number;
  deadlineMs: number;
  memoryMb: number;
}

export interface Config {
  feeds: FeedConfig[];
  calendarTimezone?: string;
  calendarOverrideEnabled: boolean;
  overlap: 'max' | 'sum';
  scalingStrategy: 'cpu' | 'mem' | 'balanced';
  /** Ratios 0..1. */
  cpuThreshold: number;
  memoryThreshold: number;
  nodeGracePeriodMs: number;
  nodePoolSelectorKey: string;
  /** Kubernetes label selector text. */
  placeholderPodLabelSelector: string;
  pollIntervalMs: number;
  feedMaxAgeMs: number;
  calendarLimits: CalendarLimits;
  placeholderImage: string;
  pools: PoolConfig[];
}
