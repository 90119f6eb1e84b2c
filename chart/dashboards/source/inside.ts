// The row about the scaler itself, folded up: what it reads, how long it takes, what it sees of the cluster.
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { bands, bars, COUNT, lines, numbers } from './panels.ts';
import { ageOf, grown, ofLeader, quantile, RELEASE, series } from './queries.ts';

export function inside() {
  return [
    bands(
      {
        title: 'Who leads',
        description:
          'Each replica over time. At every moment one leads; the other takes over within the time of the lease, about half a minute.',
        unit: COUNT,
        width: 12,
        height: 5,
        queries: [{ legend: '{{pod}}', expression: `max by (pod) (${series('leader')})` }],
      },
      { 'stands by': '#808080', leads: 'green' },
    ),
    numbers({
      title: 'Version',
      description: 'Versions that run. Two of them: an upgrade is under way, or it stands still.',
      unit: COUNT,
      width: 4,
      height: 5,
      queries: [{ legend: '{{version}}', expression: `max by (version) (${series('build_info')})` }],
    }).textMode(BigValueTextMode.Name),
    lines({
      title: 'Memory',
      description:
        'Of each replica; reading a large calendar takes more for some seconds. Compare with the limit of the pod.',
      unit: 'bytes',
      width: 8,
      height: 5,
      queries: [
        { legend: '{{pod}}', expression: `max by (pod) (process_resident_memory_bytes{${RELEASE}})` },
      ],
    }),
    lines({
      title: 'Late at bookings',
      description:
        'From the instant a booking starts or ends to the pass that acts on it, in the hour before each point, to the bucket of the histogram. No line: no booking started or ended in that hour.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [
        { legend: 'half of them', expression: quantile(0.5, 'boundary_lag_seconds', '1h') },
        { legend: '99 of 100', expression: quantile(0.99, 'boundary_lag_seconds', '1h') },
      ],
    }),
    lines({
      title: 'Duration of passes',
      description: '99 of 100 passes take no longer. Whole passes wait for their writes; deciding does not.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [
        { legend: 'pass', expression: quantile(0.99, 'pass_duration_seconds', '$__rate_interval') },
        { legend: 'deciding', expression: quantile(0.99, 'decide_duration_seconds', '$__rate_interval') },
      ],
    }),
    bars({
      title: 'Passes by cause',
      description:
        'Around each point. safety: once a minute when nothing else happens. Many of cluster: pods come and go. retry: a write failed.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [{ legend: '{{reason}}', expression: ofLeader(grown('passes_total'), ['reason']) }],
    }),
    lines({
      title: 'Silence of watches',
      description:
        'Since the API server last said anything about nodes, pods and Deployments. It speaks at least every minute; above 90 s every pool is held.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [
        { legend: '{{resource}}', expression: ageOf('watch_last_heard_timestamp_seconds', ['resource']) },
      ],
    }),
    bands(
      {
        title: 'Watches',
        description:
          'fails: the watch cannot be opened; readiness says which call and status. Every pool is held meanwhile.',
        unit: COUNT,
        width: 8,
        height: 7,
        queries: [{ legend: '{{resource}}', expression: ofLeader(series('watch_failing'), ['resource']) }],
      },
      { works: 'green', fails: 'red' },
    ),
    bars({
      title: 'Watches opened again',
      description:
        'Around each point. ended and expired are in order, several times an hour; silent, refused and unreachable are the network, the permissions or the API server.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [
        {
          legend: '{{reason}}',
          expression: `sum by (reason) (${ofLeader(grown('watch_restarts_total'), ['resource', 'reason'])})`,
        },
      ],
    }),
    lines({
      title: 'Objects in view',
      description:
        'Nodes, pods and Deployments that the scaler sees. A sudden fall is not a quiet cluster but a lost view.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [{ legend: '{{resource}}', expression: ofLeader(series('watch_objects'), ['resource']) }],
    }),
    lines({
      title: 'Events and bookings of calendars',
      description:
        'As last read. A calendar that loses many at once is doubted for ten minutes before it is believed.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [
        { legend: '{{feed}} events', expression: ofLeader(series('feed_events'), ['feed']) },
        { legend: '{{feed}} bookings', expression: ofLeader(series('feed_bookings'), ['feed']) },
      ],
    }),
    bars({
      title: 'Reading calendars',
      description:
        'Tries around each point. unchanged: the server said so. refused: too large, a login page, no calendar. held: suddenly empty, waiting for a second look.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [
        {
          legend: '{{feed}} {{result}}',
          expression: ofLeader(grown('feed_tries_total'), ['feed', 'result']),
        },
      ],
    }),
    lines({
      title: 'Since the last try',
      description:
        'Of each calendar. Much longer than pollInterval: it is not even tried; the server asked to wait (Retry-After), or the scaler stands still.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [{ legend: '{{feed}}', expression: ageOf('feed_last_try_timestamp_seconds', ['feed']) }],
    }),
    lines({
      title: 'Problems by part',
      description:
        'That exist now: in the settings, in calendars, their events and bookings, in what the cluster shows, in writes.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [{ legend: '{{reason}}', expression: ofLeader(series('problems'), ['reason']) }],
    }),
    bars({
      title: 'New problems',
      description:
        'That appeared around each point, by part; also of nodes whose sums differed from a recount, which is a fault of the scaler that it has corrected: tell its authors.',
      unit: COUNT,
      width: 8,
      height: 7,
      queries: [
        { legend: '{{reason}}', expression: ofLeader(grown('problems_total'), ['reason']) },
        { legend: 'sums of nodes', expression: ofLeader(grown('view_drift_total')) },
      ],
    }),
  ];
}
