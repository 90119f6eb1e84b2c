// Made-up days of the scaler as a whole: who leads, whether passes end, what it can see.
import type { Case } from './cases.ts';

const LEADS = '1x60';
const STANDS_BY = '0x60';

export const SERVICE_CASES: Case[] = [
  {
    alert: 'NodePlaceholderNoLeader',
    when: 'two replicas stand by for ten minutes, and not before',
    series: [
      ['leader', STANDS_BY],
      ['leader', STANDS_BY, 'b'],
    ],
    fires: { '9m': 0, '10m': 1 },
  },
  {
    alert: 'NodePlaceholderNoLeader',
    when: 'there is no series at all',
    series: [],
    fires: { '9m': 0, '10m': 1 },
  },
  {
    alert: 'NodePlaceholderNoLeader',
    when: 'one of two leads: never',
    series: [
      ['leader', LEADS],
      ['leader', STANDS_BY, 'b'],
    ],
    fires: { '10m': 0, '60m': 0 },
  },
  {
    alert: 'NodePlaceholderNoLeader',
    when: 'the pod is replaced by another within nine minutes: never',
    series: [
      ['leader', '1x10 stale'],
      ['leader', '_x19 1x60', 'b'],
    ],
    fires: { '19m': 0, '20m': 0, '40m': 0 },
  },
  {
    alert: 'NodePlaceholderNoLeader',
    when: 'the only ones that lead are of another release or namespace',
    series: [
      ['leader', LEADS, 'other'],
      ['leader', LEADS, { namespace: 'elsewhere' }],
    ],
    fires: { '10m': 1 },
  },
  {
    alert: 'NodePlaceholderPassStuck',
    when: 'the last pass ended more than three minutes ago, for two minutes',
    series: [['last_pass_timestamp_seconds', '60x20']],
    fires: { '6m': 0, '7m': 1 },
  },
  {
    alert: 'NodePlaceholderPassStuck',
    when: 'each pass ends three minutes late: never',
    series: [['last_pass_timestamp_seconds', '-180+60x60']],
    fires: { '10m': 0, '60m': 0 },
  },
  {
    alert: 'NodePlaceholderPassStuck',
    when: 'one of two is stuck: it alone',
    series: [
      ['last_pass_timestamp_seconds', '60x20'],
      ['last_pass_timestamp_seconds', '0+60x20', 'b'],
    ],
    fires: { '10m': 1 },
  },
  {
    alert: 'NodePlaceholderPassStuck',
    when: 'no pass has ended since the start',
    series: [['last_pass_timestamp_seconds', '_x10 0x20']],
    fires: { '11m': 0, '12m': 1 },
  },
  {
    alert: 'NodePlaceholderPassStuck',
    when: 'the pod that was stuck is gone: no more',
    series: [
      ['last_pass_timestamp_seconds', '60x10 stale'],
      ['last_pass_timestamp_seconds', '_x10 660+60x20', 'b'],
    ],
    fires: { '10m': 1, '12m': 0, '20m': 0 },
  },
  {
    alert: 'NodePlaceholderWatchFailing',
    when: 'the leader cannot open a watch for five minutes',
    series: [
      ['leader', LEADS],
      ['watch_failing{resource="pods"}', '1x20'],
      ['watch_failing{resource="nodes"}', '0x20'],
    ],
    fires: { '4m': 0, '5m': 1 },
  },
  {
    alert: 'NodePlaceholderWatchFailing',
    when: 'the replica that stands by cannot, the leader can: never',
    series: [
      ['leader', LEADS],
      ['leader', STANDS_BY, 'b'],
      ['watch_failing{resource="pods"}', '0x20'],
      ['watch_failing{resource="pods"}', '1x20', 'b'],
    ],
    fires: { '20m': 0 },
  },
  {
    alert: 'NodePlaceholderWatchFailing',
    when: 'nobody leads for a while: it stays',
    series: [
      ['leader', '1x10 0x20'],
      ['watch_failing{resource="pods"}', '1x30'],
    ],
    fires: { '10m': 1, '11m': 1, '25m': 1 },
  },
  {
    alert: 'NodePlaceholderHeld',
    when: 'a pool is held for ten minutes',
    series: [
      ['leader', LEADS],
      ['decision{pool="data8", reason="held"}', '0x5 1x30'],
      ['decision{pool="data8", reason="booked"}', '1x5 0x30'],
    ],
    fires: { '15m': 0, '16m': 1 },
  },
  {
    alert: 'NodePlaceholderHeld',
    when: 'a pool waits for its calendar for ten minutes',
    series: [
      ['leader', LEADS],
      ['decision{pool="data8", reason="waiting"}', '1x30'],
      ['decision{pool="stat20", reason="waiting"}', '0x30'],
    ],
    fires: { '9m': 0, '10m': 1 },
  },
  {
    alert: 'NodePlaceholderHeld',
    when: 'a pool is held for nine minutes at a time: never',
    series: [
      ['leader', LEADS],
      ['decision{pool="data8", reason="held"}', '1x8 0 1x8 0 1x8 0'],
    ],
    fires: { '9m': 0, '18m': 0, '28m': 0 },
  },
  {
    alert: 'NodePlaceholderHeld',
    when: 'only the replica that stands by holds: never',
    series: [
      ['leader', LEADS],
      ['leader', STANDS_BY, 'b'],
      ['decision{pool="data8", reason="held"}', '0x30'],
      ['decision{pool="data8", reason="held"}', '1x30', 'b'],
    ],
    fires: { '30m': 0 },
  },
  {
    alert: 'NodePlaceholderHeld',
    when: 'every other reason holds for an hour: never',
    series: [
      ['leader', LEADS],
      ...['manual', 'booked', 'pending', 'baseline', 'headroom'].map((reason): Case['series'][number] => [
        `decision{pool="data8", reason="${reason}"}`,
        '1x60',
      ]),
    ],
    fires: { '60m': 0 },
  },
];
