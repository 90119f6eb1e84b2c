// The first line of the overview: seven numbers of now that are green, or say where to look.
import { COUNT, MOMENT, mapping, numbers } from './panels.ts';
import { ageOf, ofLeader, quantile, series } from './queries.ts';

const perPool = (name: string, ...matchers: string[]) => ofLeader(series(name, ...matchers), ['pool']);

export function overviewNumbers() {
  return [
    numbers(
      {
        title: 'Replicas that lead',
        description:
          'One, always. 0: nobody writes, placeholders stand as they are and bookings have no effect (is the pod there, is it ready, may it write its Lease?). 2 for more than a moment: two replicas write; their clocks or the Lease are wrong.',
        unit: COUNT,
        width: 3,
        height: 4,
        queries: [{ legend: 'lead', expression: `sum(${series('leader')})` }],
      },
      [
        [0, 'red'],
        [1, 'green'],
        [2, 'red'],
      ],
    ),
    numbers(
      {
        title: 'Placeholders missing',
        description:
          'Wanted and not ready, over all pools. A few for some minutes is a node that boots. For longer: the node group is at its maximum, the cloud has no machine, or the placeholder fits no node. The row of the pool shows which.',
        unit: COUNT,
        width: 4,
        height: 4,
        queries: [
          {
            legend: 'missing',
            expression: `sum(clamp_min(${perPool('desired_replicas')} - ${perPool('placeholders', 'state="ready"')}, 0))`,
          },
        ],
      },
      [
        [0, 'green'],
        [1, 'orange'],
      ],
    ),
    numbers(
      {
        title: 'Problems now',
        description:
          'What cannot be read or done, and was survived: events, lines, settings, writes. The page and /api/v1/status name each with its place and a right example.',
        unit: COUNT,
        width: 3,
        height: 4,
        queries: [{ legend: 'problems', expression: `sum(${ofLeader(series('problems'), ['reason'])})` }],
      },
      [
        [0, 'green'],
        [1, 'orange'],
      ],
    ),
    numbers({
      title: 'Next event that books nothing',
      description:
        'An event, the next or the running one, has a line that is meant as a booking and cannot be read: nobody will be waiting warm. Its author should correct it before it starts; the page shows event, line and a right example.',
      unit: MOMENT,
      width: 4,
      height: 4,
      queries: [
        {
          legend: 'starts',
          expression: `1000 * min(${ofLeader(series('feed_problem_event_timestamp_seconds'), ['feed'])} > 0) or vector(0)`,
        },
      ],
    }).mappings([mapping({ none: 'green' })]),
    numbers(
      {
        title: 'Oldest calendar',
        description:
          'Since the calendar that was longest not read was read. Its last good copy stays in force until feedMaxAge. A calendar that was never read has no age: see its state below.',
        unit: 's',
        width: 4,
        height: 4,
        queries: [
          { legend: 'age', expression: `max(${ageOf('feed_last_success_timestamp_seconds', ['feed'])})` },
        ],
      },
      [
        [0, 'green'],
        [900, 'orange'],
        [3600, 'red'],
      ],
    ),
    numbers(
      {
        title: 'Since the last pass',
        description:
          'A pass runs at least every minute. Much longer: the loop stands still, and /livez says so.',
        unit: 's',
        width: 3,
        height: 4,
        queries: [{ legend: 'age', expression: ageOf('last_pass_timestamp_seconds') }],
      },
      [
        [0, 'green'],
        [150, 'orange'],
        [300, 'red'],
      ],
    ),
    numbers(
      {
        title: 'Late at bookings',
        description:
          'From the instant a booking starts or ends to the pass that acts on it: 99 of 100, over the shown time, to the bucket of the histogram. Nothing booked in that time: no value.',
        unit: 's',
        width: 3,
        height: 4,
        queries: [{ legend: 'lag', expression: quantile(0.99, 'boundary_lag_seconds', '$__range') }],
      },
      [
        [0, 'green'],
        [1, 'orange'],
        [5, 'red'],
      ],
    ),
  ];
}
