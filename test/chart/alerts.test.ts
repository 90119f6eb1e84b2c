// The alerts: read by promtool, played with made-up days, and compared with the metrics that there are.
import { describe, expect, it } from 'vitest';
import { makeMetrics } from '../../scaler/server/metrics.ts';
import { canRunPrometheus, prometheusTitle } from '../support/prometheus.ts';
import { aReport } from '../support/report.ts';
import type { Case } from './alerts/cases.ts';
import { EVENT_CASES } from './alerts/event-cases.ts';
import { FEED_CASES } from './alerts/feed-cases.ts';
import { POOL_CASES } from './alerts/pool-cases.ts';
import { checkRules, firing, rulesOf, type Series, says, specOf } from './alerts/rules.ts';
import { SERVICE_CASES } from './alerts/service-cases.ts';
import { canRender, refusal, render, title } from './helm.ts';

const CASES = [...SERVICE_CASES, ...FEED_CASES, ...POOL_CASES, ...EVENT_CASES];
const spec = canRender ? specOf() : { groups: [] };
const rules = rulesOf(spec);
const canPlay = canRender && canRunPrometheus;

describe.skipIf(!canPlay)(prometheusTitle(title('the alerts')), () => {
  it('are rules that Prometheus takes', () => {
    expect(checkRules(spec)).toMatchObject({ status: 0 });
  });

  it('are each played, firing and not', () => {
    const played = (alert: string, isIt: (count: number) => boolean) =>
      CASES.some((one) => one.alert === alert && Object.values(one.fires).some(isIt));
    const names = rules.map(({ alert }) => alert);
    expect(names.filter((alert) => !played(alert, (count) => count > 0))).toEqual([]);
    expect(names.filter((alert) => !played(alert, (count) => count === 0))).toEqual([]);
    expect(CASES.map(({ alert }) => alert).filter((alert) => !names.includes(alert))).toEqual([]);
  });

  it.each(CASES)('$alert: $when', ({ alert, series, fires }: Case) => {
    expect(firing(spec, alert, series, fires)).toBe('');
  });
});

describe.skipIf(!canPlay)(prometheusTitle(title('what an alert says')), () => {
  const told = (alert: string, labels: object, summary: string) => {
    const rule = rules.find((each) => each.alert === alert);
    return [{ labels: { ...rule?.labels, ...labels }, annotations: { ...rule?.annotations, summary } }];
  };

  const SAYS: [alert: string, series: Series, at: string, labels: object, summary: string][] = [
    [
      'NodePlaceholderFeedStale',
      ['feed_last_success_timestamp_seconds{feed="exams"}', '0x200'],
      '90m',
      { feed: 'exams' },
      'Calendar exams has not been read for 1h 30m 0s.',
    ],
    [
      'NodePlaceholderFeedStale',
      ['feed_last_success_timestamp_seconds{feed="exams"}', '-2000000000x20'],
      '10m',
      { feed: 'exams' },
      'Calendar exams has never been read.',
    ],
    [
      'NodePlaceholderBookingProblem',
      ['feed_problem_event_timestamp_seconds{feed="exams"}', '7200x200'],
      '60m',
      { feed: 'exams' },
      'A line in calendar exams books nothing as it stands, and its event begins in 1h 0m 0s.',
    ],
    [
      'NodePlaceholderBookingProblem',
      ['feed_problem_event_timestamp_seconds{feed="exams"}', '7200x200'],
      '130m',
      { feed: 'exams' },
      'A line in calendar exams books nothing as it stands, and its event has begun.',
    ],
    [
      'NodePlaceholderCut',
      ['cut_replicas{pool="data8"}', '297x20'],
      '10m',
      { pool: 'data8' },
      'Pool data8 gets 297 placeholders fewer than are asked for; maxReplicas allows no more.',
    ],
    [
      'NodePlaceholderHeld',
      ['decision{pool="data8", reason="held"}', '1x20'],
      '15m',
      { pool: 'data8', reason: 'held' },
      'Pool data8 is kept as it is, because the scaler cannot see enough (held).',
    ],
  ];

  it.each(SAYS)('%s: with series %s at %s', (alert, series, at, labels, summary) => {
    expect(says(spec, alert, [['leader', '1x300'], series], at, told(alert, labels, summary))).toBe('');
  });
});

describe.skipIf(!canRender)(title('the rules'), () => {
  it('ask for metrics, labels and words that the scaler really has', async () => {
    const cluster = () => ({
      watches: [{ resource: 'pods' as const, synced: true, objects: 1, restarts: {} }],
      driftFound: 0,
    });
    const metrics = makeMetrics({ version: '1', cluster, leads: () => true });
    metrics.observe(aReport());
    const { text } = await metrics.text();
    const asked = rules.flatMap(({ expr }) => [...expr.matchAll(/\b(node_placeholder_\w+)\{([^}]*)\}/g)]);
    expect(asked.length).toBeGreaterThan(rules.length);
    const missing = asked.flatMap(([, name, matchers = '']) => {
      const own = [...matchers.matchAll(/(\w+)=~?"([^"]*)"/g)].filter(
        ([, label]) => label !== 'namespace' && label !== 'pod',
      );
      const lines = text.split('\n').filter((line) => line.split(/[{ ]/)[0] === name);
      const words = own.flatMap(([, label, value = '']) =>
        value.split('|').map((word) => `${label}="${word}"`),
      );
      const has = lines.length > 0 && words.every((word) => lines.some((line) => line.includes(word)));
      return has ? [] : [`${name} {${words.join(' ')}}`];
    });
    expect(missing).toEqual([]);
    const bare = rules.flatMap(({ expr }) => expr.match(/\bnode_placeholder_\w+(?!\w|\{)/g) ?? []);
    expect(bare).toEqual([]);
    const by = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/\b(?:by|on) \(([^)]+)\)/g)].map(([, names]) => names),
    );
    const labels = new Set(by.flatMap((names) => (names as string).split(', ')));
    expect(labels).toEqual(new Set(['pod', 'namespace', 'pool', 'reason', 'resource', 'feed']));
  });

  it('look at this release alone, whatever it is called', () => {
    const pods = (release: string) => [
      ...new Set(rulesOf(specOf({}, { release })).flatMap(({ expr }) => expr.match(/pod=~"[^"]*"/g) ?? [])),
    ];
    expect(pods('warm')).toEqual(['pod=~"warm-node-placeholder-scaler-[^-]+-[^-]+"']);
    // Kubernetes shortens the name of such a pod: the hash of the template may be cut off.
    const long = 'a-release-with-a-name-as-long-as-helm-lets-it-be-made';
    const full = `${long}-node-placeholder-scaler`.slice(0, 63);
    expect(pods(long)).toEqual([`pod=~"${full.slice(0, 46)}.+"`]);
  });

  it('carry severity, release and the link to their section, and those that were asked for', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      expect(labels).toMatchObject({ namespace: 'hub', scaler: 'warm-node-placeholder-scaler' });
      expect(annotations.summary).toMatch(/^[A-Z].{30,}\.$/s);
      expect(annotations.description).toMatch(/^[A-Za-z].{30,}\.$/s);
      expect(annotations.runbook).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
    }
    const [first] = rulesOf(
      specOf({ runbookUrl: 'https://wiki.example.edu/runbooks', alertLabels: { team: 'hubs' } }),
    );
    expect(first?.annotations).toMatchObject({
      runbook_url: 'https://wiki.example.edu/runbooks#nodeplaceholdernoleader',
    });
    expect(first?.annotations.runbook).toBeUndefined();
    expect(first?.labels.team).toBe('hubs');
  });

  it('are made only when asked for', () => {
    expect(render().filter(({ kind }) => kind === 'PrometheusRule')).toEqual([]);
    expect(
      render({ values: [{ prometheusRule: null }] }).filter(({ kind }) => kind === 'PrometheusRule'),
    ).toEqual([]);
  });

  it('take their numbers from the values, durations in every way of writing', () => {
    const exprOf = (alert: string, values: object, more: object = {}) =>
      rulesOf(specOf(values, { values: more })).find((rule) => rule.alert === alert);
    expect(exprOf('NodePlaceholderFeedStale', { feedStaleAfter: '1h30m' })?.expr).toMatch(/> 5400$/);
    expect(exprOf('NodePlaceholderFeedStale', { feedStaleAfter: 900 })?.expr).toMatch(/> 900$/);
    expect(exprOf('NodePlaceholderFeedStale', { feedStaleAfter: '7d' })?.expr).toMatch(/> 604800$/);
    expect(exprOf('NodePlaceholderFeedStale', { feedStaleAfter: null })?.expr).toMatch(/> 3600$/);
    expect(exprOf('NodePlaceholderBookingProblem', { problemsWithin: '48h' })?.expr).toMatch(/< 172800$/);
    expect(exprOf('NodePlaceholderPending', { pendingAfter: '1800' })?.for).toBe('1800s');
    expect(exprOf('NodePlaceholderNotReadyBeforeEvent', { readyBefore: '20m' })?.expr).toContain('<= 1200\n');
    const at = exprOf('NodePlaceholderNotReadyAtEvent', { readyAfter: '5m' });
    expect(at?.expr).toContain('[300s:1m]');
    expect(at?.annotations.description).toContain('wanted for 5 minutes');
    const manual = exprOf('NodePlaceholderManualCountOn', { manualAfter: '3d' });
    expect(manual?.expr).toContain('[259200s:5m]');
    expect(manual?.annotations.summary).toContain('for 72 hours');
    expect(refusal({ prometheusRule: { enabled: true, feedStaleAfter: 'soon' } })).toContain(
      'feedStaleAfter',
    );
  });

  it('wait for three polls where a calendar is polled seldom', () => {
    const expr = (pollInterval: string) =>
      rulesOf(specOf({}, { values: { pollInterval } })).find(
        (rule) => rule.alert === 'NodePlaceholderFeedStale',
      )?.expr;
    expect(expr('60s')).toMatch(/> 3600$/);
    expect(expr('12h')).toMatch(/> 129600$/);
  });
});
