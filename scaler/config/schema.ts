// The settings, twice: as the code uses them (the types), and as they are typed in a values file (`valuesSchema`, the one
// source of validation, chart/values.schema.json and docs/values.md). load.ts leads from the second to the first.
import { z } from 'zod';
import { chartSettings } from './chart-values.ts';
import { feedSettings } from './feed-values.ts';
import { choice, duration, flag, isLabelKey, LABEL_KEY_ERROR, ratio, setting, text } from './fields.ts';
import { nodePools } from './pool-values.ts';

/** Resource requests of a placeholder as typed in the values: `{ memory: "57Gi", cpu: "7" }`, or measured on the nodes. */
export type PlaceholderResources =
  | 'auto'
  | { requests?: Record<string, string>; limits?: Record<string, string> };

export interface FeedConfig {
  /** Unique, `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`; the single feed of `calendarUrl` is called `calendar`. */
  name: string;
  /** http(s) address, `file://` address or plain path. A secret: only its host may be shown (feed host: `feedHost(url)`). Empty while its Secret is missing. */
  url: string;
  /** The address or its credentials are in this Secret, which is not at hand: the feed cannot be read, which is not the same as no feed. */
  missingSecret?: { secret: string; key: string };
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

export const DEFAULT_PLACEHOLDER_IMAGE = 'registry.k8s.io/pause:3.10';

const labelKeyOrNone = text(LABEL_KEY_ERROR).refine((key) => key === '' || isLabelKey(key), {
  error: LABEL_KEY_ERROR,
});
const imageName = text('the name of an image').refine((name) => /^\S+$/.test(name), {
  error: 'the name of an image, without blanks',
});

const countSettings = {
  calendarOverrideEnabled: setting(flag(), false, {
    text: 'Booked counts stand as they are; free room on nodes takes nothing away from them.',
  }),
  overlap: setting(choice(['max', 'sum']), 'max', {
    text: 'Two bookings of a pool at the same time: the larger wins (`max`), or they add up (`sum`).',
  }),
  leadTime: setting(duration({ most: '3d' }), '0s', {
    text: 'How long before its event a booking starts: the time a new node needs to boot and to pull images.',
    example: '15m',
  }),
  holdTime: setting(duration({ most: '3d' }), '0s', {
    text: 'How long after its event a booking goes on.',
    example: '5m',
  }),
  scalingStrategy: setting(choice(['cpu', 'mem', 'balanced']), 'balanced', {
    text: 'What must be free for a node to have room: cpu, memory, or both (`balanced`).',
  }),
  cpuThreshold: setting(ratio(), 0.2, {
    text: 'A node has room when more than this share of its cpu is free.',
  }),
  memoryThreshold: setting(ratio(), 0.2, {
    text: 'A node has room when more than this share of its memory is free.',
  }),
  nodeGracePeriod: setting(duration({ most: '1d' }), 600, {
    text: 'A node counts as room only this long after it was made or was last busy.',
  }),
  nodePoolSelectorKey: setting(labelKeyOrNone, 'hub.jupyter.org/pool-name', {
    text: 'The label that tells your pools apart; a pool whose selector lacks it gets a warning.',
  }),
  placeholderPodLabelSelector: setting(
    text('a label selector'),
    'app=node-placeholder-scaler,component=placeholder',
    {
      text: "Pods in the release's namespace that match it count as placeholders, beside our own.",
    },
  ),
  placeholderImage: setting(imageName, DEFAULT_PLACEHOLDER_IMAGE, {
    text: 'Image of the placeholders.',
  }),
};

/** A values file: settings of the scaler, of its calendars and pools, and of the chart. */
export const valuesSchema = z.strictObject(
  { ...feedSettings, nodePools, ...countSettings, ...chartSettings },
  { error: 'settings by name' },
);

export type Values = z.output<typeof valuesSchema>;

/** Keys that only the chart reads; it leaves them out of the file that it gives to the scaler. */
export const CHART_ONLY_KEYS: readonly string[] = Object.keys(chartSettings);
