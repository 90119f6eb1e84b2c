// The row of one pool, repeated for each: why there are three nodes and not five, and what stands in the way.
import { REASONS } from '../../../scaler/plan/decide.ts';
import { NODE_STATES } from '../../../scaler/plan/headroom.ts';
import { areas, bands, bars, COUNT, colour, dashed, lines, MOMENT, mapping, numbers } from './panels.ts';
import { grown, ofLeader, POOL, series, wordNumber } from './queries.ts';
import { NODE_COLOURS, REASON_WORDS } from './words.ts';

const ofPool = (name: string, ...matchers: string[]) => ofLeader(series(name, POOL, ...matchers), ['pool']);
const placeholders = (state: string) => ofPool('placeholders', `state="${state}"`);
/** -1 while nothing is booked, which is not the same as a booking of 0. */
const bookedOrNot = `(${ofPool('booked_replicas')} + 1) * ${ofPool('booking_active')} - 1`;
const reason = wordNumber('decision', { label: 'reason', words: REASONS, by: ['pool'], matchers: [POOL] });

export function poolRow() {
  return [
    numbers({
      title: 'Now',
      description:
        'wanted: what the last decision asks. ready and pending: placeholder pods. booked: what the calendar asks at this moment. baseline: spares that are kept when nothing is booked.',
      unit: COUNT,
      width: 8,
      height: 4,
      queries: [
        { legend: 'wanted', expression: ofPool('desired_replicas') },
        { legend: 'ready', expression: placeholders('ready') },
        { legend: 'pending', expression: placeholders('pending') },
        { legend: 'booked', expression: bookedOrNot },
        { legend: 'baseline', expression: ofPool('baseline_replicas') },
      ],
    }).overrideByName('booked', [
      { id: 'mappings', value: [{ type: 'value', options: { '-1': { text: 'nothing', index: 0 } } }] },
    ]),
    numbers({
      title: 'Why',
      description:
        'The reason of the last decision; the sentence with its numbers is on the page, in the log and in /api/v1/status.',
      unit: COUNT,
      width: 3,
      height: 4,
      queries: [{ legend: 'reason', expression: reason }],
    }).mappings([mapping(REASON_WORDS)]),
    numbers({
      title: 'When',
      description:
        'running since: the last of the events that run now began. next: the next one begins, within a day; leadTime before it the nodes are asked for. manual until: the count that an annotation sets ends; none also for one without an end.',
      unit: MOMENT,
      width: 6,
      height: 4,
      queries: [
        { legend: 'running since', expression: `1000 * ${ofPool('event_started_timestamp_seconds')}` },
        { legend: 'next', expression: `1000 * ${ofPool('next_event_timestamp_seconds')}` },
        { legend: 'manual until', expression: `1000 * ${ofPool('manual_end_timestamp_seconds')}` },
      ],
    }).mappings([mapping({ none: 'text' })]),
    numbers(
      {
        title: 'In the way',
        description:
          'cut: placeholders that maxReplicas took away. refused: 1 while Kubernetes makes no pods (kubectl describe the Deployment: quota, policy, priority class). fits no node: 1 while a placeholder is larger than every node of the pool (its resources, or auto). someone else’s: 1 while a Deployment of that name is not ours, and the pool is not served. size waits: 1 while a new size waits for the end of a booking.',
        unit: COUNT,
        width: 7,
        height: 4,
        queries: [
          { legend: 'cut', expression: ofPool('cut_replicas') },
          { legend: 'refused', expression: ofPool('replica_failure') },
          { legend: 'fits no node', expression: ofPool('placeholder_fits_nowhere') },
          { legend: "someone else's", expression: ofPool('foreign_deployment') },
          { legend: 'size waits', expression: ofPool('resize_waits') },
        ],
      },
      [
        [0, 'green'],
        [1, 'red'],
      ],
    ),
    lines({
      title: 'Wanted and ready',
      description:
        'written: replicas of the Deployment; under wanted, writes fail or someone else scales. ready under wanted: nodes are on their way, or do not come. wanted under booked: nodes with free room count (reason headroom), or maxReplicas cut it. The booked line is there while something is booked.',
      unit: COUNT,
      width: 12,
      height: 8,
      queries: [
        { legend: 'wanted', expression: ofPool('desired_replicas') },
        { legend: 'written', expression: ofPool('current_replicas') },
        { legend: 'ready', expression: placeholders('ready') },
        { legend: 'pending', expression: placeholders('pending') },
        { legend: 'booked', expression: `${bookedOrNot} >= 0` },
        { legend: 'baseline', expression: ofPool('baseline_replicas') },
      ],
    })
      .overrideByName('wanted', [colour('blue')])
      .overrideByName('written', [colour('light-blue'), dashed])
      .overrideByName('ready', [colour('green'), { id: 'custom.fillOpacity', value: 20 }])
      .overrideByName('pending', [colour('orange')])
      .overrideByName('booked', [colour('purple'), dashed])
      .overrideByName('baseline', [colour('#808080'), dashed]),
    NODE_STATES.reduce(
      (panel, state) => panel.overrideByName(state, [colour(NODE_COLOURS[state])]),
      areas({
        title: 'Nodes by state',
        description:
          'What each node counts as. free: has room for whoever comes, and takes one from what is wanted. recent: new, or lately busy, so not yet free. placeholder: kept warm. empty: nobody on it, the autoscaler takes it away. unusable: not ready, cordoned or tainted. unreadable: its numbers cannot be read, it counts as full.',
        unit: COUNT,
        width: 12,
        height: 8,
        queries: [{ legend: '{{state}}', expression: ofLeader(series('nodes', POOL), ['state']) }],
      }),
    ),
    bands(
      {
        title: 'Why, over time',
        description:
          'booked and baseline: as asked. headroom: free nodes took some away. pending: placeholders wait for nodes, nothing is raised. held: the cluster cannot be seen. waiting: not yet read. manual: set by an annotation.',
        unit: COUNT,
        width: 12,
        height: 5,
        queries: [{ legend: 'reason', expression: reason }],
      },
      REASON_WORDS,
    ),
    lines({
      title: 'Free share of the nodes',
      description:
        'What pods have not requested, of all usable nodes of the pool together. A single node counts as free above cpuThreshold and memoryThreshold.',
      unit: 'percentunit',
      width: 6,
      height: 5,
      queries: [{ legend: '{{resource}}', expression: ofLeader(series('free_share', POOL), ['resource']) }],
    }).axisSoftMax(1),
    bars({
      title: 'Writes',
      description:
        'Writes of the placeholder Deployment around each point. error: the API server refused or could not be reached; the next pass tries again, and the log has call and status. put back: someone edited it, and it was set right.',
      unit: COUNT,
      width: 6,
      height: 5,
      queries: [
        { legend: '{{result}}', expression: ofLeader(grown('writes_total', POOL), ['result']) },
        { legend: 'put back', expression: ofLeader(grown('put_backs_total', POOL), ['pool']) },
      ],
    })
      .overrideByName('ok', [colour('green')])
      .overrideByName('error', [colour('red')])
      .overrideByName('put back', [colour('orange')]),
  ];
}
