// Made-up days of a pool: what is wanted, what is there, and what is in the way.
import { type Case, LEADER, STANDBY } from './cases.ts';

const of = (metric: string, more = '') => `${metric}{pool="data8"${more}}`;
const PENDING = of('placeholders', ', state="pending"');
const ERRORS = of('writes_total', ', result="error"');
const MANUAL = of('decision', ', reason="manual"');
const MANUAL_END = of('manual_end_timestamp_seconds');

/** An alert that one gauge of the leader raises when it is above 0 for so many minutes. */
function gauge(alert: string, metric: string, minutes: number): Case[] {
  return [
    {
      alert,
      when: `it is so for ${minutes} minutes, and not before`,
      series: [LEADER, [metric, '0x4 2x60'], [metric.replace('data8', 'stat20'), '0x60']],
      fires: { [`${minutes + 4}m`]: 0, [`${minutes + 5}m`]: 1 },
    },
    {
      alert,
      when: 'it is over before that: never',
      series: [LEADER, [metric, `0x4 2x${minutes - 1} 0x60`]],
      fires: { [`${minutes + 4}m`]: 0, [`${minutes + 5}m`]: 0, '60m': 0 },
    },
    {
      alert,
      when: 'two replicas say so: once',
      series: [LEADER, STANDBY, [metric, '2x60'], [metric, '2x60', 'b']],
      fires: { '59m': 1 },
    },
    {
      alert,
      when: 'only the one that stands by says so: never',
      series: [LEADER, STANDBY, [metric, '0x60'], [metric, '2x60', 'b']],
      fires: { '59m': 0 },
    },
    {
      alert,
      when: 'the pod is replaced: it stays',
      series: [
        ['leader', '1x40 stale'],
        ['leader', '_x40 1x60', 'b'],
        [metric, '2x40 stale'],
        [metric, '_x40 2x60', 'b'],
      ],
      fires: { '40m': 1, '41m': 1, '80m': 1 },
    },
    { alert, when: 'there is no such series: never', series: [LEADER], fires: { '60m': 0 } },
  ];
}

/** Gauges that are 1, not more. */
const flag = (alert: string, metric: string, minutes: number) =>
  gauge(alert, metric, minutes).map(({ series, ...rest }) => ({
    ...rest,
    series: series.map(([name, samples, pod]): Case['series'][number] => [
      name,
      samples.replaceAll('2x', '1x'),
      pod,
    ]),
  }));

export const POOL_CASES: Case[] = [
  ...gauge('NodePlaceholderPending', PENDING, 20),
  ...gauge('NodePlaceholderCut', of('cut_replicas'), 1),
  ...flag('NodePlaceholderCannotBeMade', of('replica_failure'), 5),
  ...flag('NodePlaceholderFitsNowhere', of('placeholder_fits_nowhere'), 15),
  ...flag('NodePlaceholderForeignDeployment', of('foreign_deployment'), 5),
  {
    alert: 'NodePlaceholderPending',
    when: 'placeholders are ready, none is pending: never',
    series: [LEADER, [PENDING, '0x60'], [of('placeholders', ', state="ready"'), '3x60']],
    fires: { '60m': 0 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'writes are refused for ten minutes and more',
    series: [LEADER, [ERRORS, '0x5 1+1x60']],
    fires: { '15m': 0, '17m': 1, '40m': 1 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'one write was refused: never',
    series: [LEADER, [ERRORS, '0x5 1x60']],
    fires: { '10m': 0, '17m': 0, '40m': 0 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'writes are refused across a restart: it stays, once',
    series: [
      ['leader', '1x20 stale'],
      ['leader', '_x20 1x60', 'b'],
      [ERRORS, '0+1x20 stale'],
      [ERRORS, '_x20 0+1x60', 'b'],
    ],
    fires: { '20m': 1, '21m': 1, '22m': 1, '40m': 1 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'the Deployment does not become what is wanted, without a refused write',
    series: [LEADER, [of('desired_replicas'), '1x5 3x60'], [of('current_replicas'), '1x60']],
    fires: { '15m': 0, '16m': 1 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'it becomes so within minutes: never',
    series: [LEADER, [of('desired_replicas'), '1x5 3x60'], [of('current_replicas'), '1x12 3x60']],
    fires: { '12m': 0, '16m': 0, '60m': 0 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'the Deployment is of somebody else, or cannot be seen: never, those are other alerts',
    series: [
      LEADER,
      [of('desired_replicas'), '3x60'],
      [of('current_replicas'), '1x60'],
      [of('foreign_deployment'), '1x60'],
      ['desired_replicas{pool="stat20"}', '3x60'],
      ['current_replicas{pool="stat20"}', '1x60'],
      ['foreign_deployment{pool="stat20"}', '0x60'],
      ['decision{pool="stat20", reason="held"}', '1x60'],
    ],
    fires: { '60m': 0 },
  },
  {
    alert: 'NodePlaceholderWritesFailing',
    when: 'only the one that stands by would have it otherwise: never',
    series: [
      LEADER,
      STANDBY,
      [of('desired_replicas'), '3x60'],
      [of('current_replicas'), '3x60'],
      [of('desired_replicas'), '5x60', 'b'],
      [of('current_replicas'), '3x60', 'b'],
    ],
    fires: { '60m': 0 },
  },
  {
    alert: 'NodePlaceholderManualCountOn',
    when: 'a count without an end is on for a day',
    series: [LEADER, [MANUAL, '0x100 1x2000'], [MANUAL_END, '0x2100']],
    fires: { '1440m': 0, '1539m': 0, '1545m': 1 },
  },
  {
    alert: 'NodePlaceholderManualCountOn',
    when: 'it was taken away for ten minutes meanwhile: not yet',
    series: [LEADER, [MANUAL, '1x700 0x10 1x1300'], [MANUAL_END, '0x2100']],
    fires: { '1445m': 0, '2000m': 0 },
  },
  {
    alert: 'NodePlaceholderManualCountOn',
    when: 'it ends within a day by itself: no more',
    series: [LEADER, [MANUAL, '1x2000'], [MANUAL_END, '180000x2000']],
    fires: { '1500m': 1, '1559m': 1, '1561m': 0 },
  },
  {
    alert: 'NodePlaceholderManualCountOn',
    when: 'the scaler was installed an hour ago: not yet',
    series: [
      ['leader', '_x1400 1x60'],
      [MANUAL, '_x1400 1x60'],
      [MANUAL_END, '_x1400 0x60'],
    ],
    fires: { '1455m': 0 },
  },
  {
    alert: 'NodePlaceholderManualCountOn',
    when: 'the pod was replaced twice on that day: all the same, once',
    series: [
      ['leader', '1x500 stale'],
      ['leader', '_x505 1x1500', 'b'],
      [MANUAL, '1x500 stale'],
      [MANUAL, '_x505 1x1500', 'b'],
      [MANUAL_END, '0x500 stale'],
      [MANUAL_END, '_x505 0x1500', 'b'],
    ],
    fires: { '1430m': 0, '1445m': 1, '1600m': 1 },
  },
];
