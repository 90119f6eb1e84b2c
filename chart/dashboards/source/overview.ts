// The row that answers "is something wrong, and where": whether anyone leads, what is missing, which calendars are not
// read, which pools are not as they should be.
import { FEED_STATES } from '../../../scaler/calendar/feeds.ts';
import { REASONS } from '../../../scaler/plan/decide.ts';
import { overviewNumbers } from './overview-numbers.ts';
import { areas, bands, COUNT, colour, lines } from './panels.ts';
import { ageOf, ofLeader, series, wordNumber } from './queries.ts';
import { FEED_WORDS, REASON_WORDS } from './words.ts';

const perPool = (name: string, ...matchers: string[]) => ofLeader(series(name, ...matchers), ['pool']);
const ready = perPool('placeholders', 'state="ready"');

/** How many pools have a gauge above 0. */
const poolsWith = (name: string, ...matchers: string[]) => `sum(${perPool(name, ...matchers)} > bool 0)`;

export function overview() {
  return [
    ...overviewNumbers(),
    lines({
      title: 'Wanted and ready, all pools',
      description:
        'The gap between the two is what people would wait for. Booked is what the calendar asks; wanted may be less, because free room on nodes counts.',
      unit: COUNT,
      width: 12,
      height: 8,
      queries: [
        { legend: 'wanted', expression: `sum(${perPool('desired_replicas')})` },
        { legend: 'ready', expression: `sum(${ready})` },
        { legend: 'pending', expression: `sum(${perPool('placeholders', 'state="pending"')})` },
        { legend: 'booked', expression: `sum(${perPool('booked_replicas')})` },
      ],
    })
      .overrideByName('wanted', [colour('blue')])
      .overrideByName('ready', [colour('green'), { id: 'custom.fillOpacity', value: 20 }])
      .overrideByName('pending', [colour('orange')])
      .overrideByName('booked', [colour('purple')]),
    bands(
      {
        title: 'Why, by pool',
        description:
          'The reason of each decision. held: the view of the cluster is stale, nothing is lowered. waiting: cluster or calendar not yet read. manual: an annotation on the Deployment sets the count. pending: placeholders wait for nodes.',
        unit: COUNT,
        width: 12,
        height: 8,
        queries: [
          {
            legend: '{{pool}}',
            expression: wordNumber('decision', { label: 'reason', words: REASONS, by: ['pool'] }),
          },
        ],
      },
      REASON_WORDS,
    ),
    areas({
      title: 'Pools that want a look',
      description:
        'How many pools: cut by maxReplicas; whose pods are refused (quota, policy, priority class); with placeholders that wait for a node; with one that is larger than every node; whose Deployment belongs to someone else; whose new size waits for the end of a booking; held because the cluster cannot be seen.',
      unit: COUNT,
      width: 12,
      height: 7,
      queries: [
        { legend: 'cut', expression: poolsWith('cut_replicas') },
        { legend: 'refused', expression: poolsWith('replica_failure') },
        { legend: 'pending', expression: poolsWith('placeholders', 'state="pending"') },
        { legend: 'fits no node', expression: poolsWith('placeholder_fits_nowhere') },
        { legend: "someone else's", expression: poolsWith('foreign_deployment') },
        { legend: 'size waits', expression: poolsWith('resize_waits') },
        { legend: 'held', expression: poolsWith('decision', 'reason="held"') },
      ],
    })
      .overrideByName('refused', [colour('dark-red')])
      .overrideByName('held', [colour('red')])
      .overrideByName('pending', [colour('orange')]),
    lines({
      title: 'Problems in calendars',
      description:
        'Lines and events of each calendar that cannot be read as bookings. They book nothing, and their authors do not know: tell them, or let them subscribe to the answer calendar.',
      unit: COUNT,
      width: 12,
      height: 7,
      queries: [{ legend: '{{feed}}', expression: ofLeader(series('feed_problems'), ['feed']) }],
    }),
    lines({
      title: 'Age of calendars',
      description:
        'Since each calendar was last read. A saw-tooth as high as pollInterval is right; a slope is a calendar that cannot be read, and the scaler’s log says why.',
      unit: 's',
      width: 12,
      height: 7,
      queries: [{ legend: '{{feed}}', expression: ageOf('feed_last_success_timestamp_seconds', ['feed']) }],
    }),
    bands(
      {
        title: 'State of calendars',
        description:
          'good: as last read. stale: not read lately, its last good copy is in force. expired: that copy is older than feedMaxAge, the pools have their baseline. failed: never read since the start, and nothing was remembered.',
        unit: COUNT,
        width: 12,
        height: 7,
        queries: [
          {
            legend: '{{feed}}',
            expression: wordNumber('feed_state', { label: 'state', words: FEED_STATES, by: ['feed'] }),
          },
        ],
      },
      FEED_WORDS,
    ),
  ];
}
