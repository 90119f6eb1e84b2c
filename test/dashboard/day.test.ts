// Every query of the dashboard over a played day, in a real Prometheus: nothing is empty, nothing is added up.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REASONS } from '../../scaler/plan/decide.ts';
import { NAMESPACE } from '../support/played-service.ts';
import {
  canRunPrometheus,
  type Prometheus,
  prometheusTitle,
  runPromtool,
  type Series,
  startPrometheus,
} from '../support/prometheus.ts';
import { filled, metricsIn, type PanelQuery, queriesOf, readDashboard } from './dashboard-file.ts';
import { openMetrics } from './open-metrics.ts';
import { type PlayedDay, PODS, playDay, RELEASE } from './played-day.ts';
import { optionsOf } from './variables.ts';

const dashboard = readDashboard();
const queries = queriesOf(dashboard);
const cases = queries.map((query) => [query.name, query] as const);
const MINUTE = 60_000;

describe.skipIf(!canRunPrometheus)(prometheusTitle('over a played day of two replicas'), () => {
  let day: PlayedDay;
  let prometheus: Prometheus;
  const folder = mkdtempSync(join(tmpdir(), 'played-day-'));

  beforeAll(async () => {
    day = await playDay();
    const file = join(folder, 'day.txt');
    writeFileSync(file, openMetrics(day.lines));
    const made = runPromtool([
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--quiet',
      file,
      join(folder, 'data'),
    ]);
    expect(made.stderr + made.stdout).toBe('');
    prometheus = await startPrometheus({ folder });
  }, 240_000);

  afterAll(async () => {
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a viewer of these minutes sees it. */
  function ask(
    { expression, instant }: Pick<PanelQuery, 'expression' | 'instant'>,
    { fromMs, toMs, namespace = NAMESPACE, pool = 'data8' }: View,
  ): Promise<Series[]> {
    const range = `${(toMs - fromMs) / 1000}s`;
    const text = filled(expression, {
      namespace,
      scaler: RELEASE,
      pool,
      __rate_interval: '4m',
      __range: range,
    });
    if (instant) return prometheus.query(text, toMs / 1000);
    return prometheus.queryRange(text, {
      fromSeconds: fromMs / 1000,
      toSeconds: toMs / 1000,
      stepSeconds: 60,
    });
  }

  const named = (panel: string, legend: string): PanelQuery => {
    const found = queries.filter(({ name }) => name.endsWith(` ${panel}: ${legend}`));
    if (found.length !== 1) throw new Error(`expected one query ${panel}: ${legend}, got ${found.length}`);
    return { ...(found[0] as PanelQuery), instant: true };
  };
  /** The only value of a query at an instant. */
  async function value(
    panel: string,
    legend: string,
    atMs: number,
    pool = 'data8',
  ): Promise<number | undefined> {
    const answer = await ask(named(panel, legend), { fromMs: atMs - 30 * MINUTE, toMs: atMs, pool });
    expect(answer.length, `${panel}: ${legend}`).toBeLessThanOrEqual(1);
    return answer[0]?.samples[0]?.[1];
  }

  test.each(cases)('%s has an answer', async (_, query) => {
    const answer = await ask(query, { fromMs: day.startMs, toMs: day.endMs });
    const numbers = answer.flatMap(({ samples }) => samples.map(([, number]) => number));
    expect(numbers.filter(Number.isFinite).length).toBeGreaterThan(0);
  });

  test('no query reads a metric that is not there', async () => {
    const names = [...new Set(queries.flatMap(({ expression }) => metricsIn(expression)))];
    const missing: string[] = [];
    for (const name of names) {
      const range = { fromSeconds: day.startMs / 1000, toSeconds: day.endMs / 1000 };
      if ((await prometheus.series(`{__name__="${name}"}`, range)).length === 0) missing.push(name);
    }
    expect(names.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });

  test.each(cases)('%s is the same with a standby beside the leader as without', async (_, query) => {
    const { fromMs, toMs } = settled(day);
    const withStandby = await ask(query, { fromMs, toMs });
    const alone = await ask(query, { fromMs, toMs, namespace: 'alone' });
    expect(alone.length).toBeGreaterThan(0);
    expect(ofPods(withStandby, [PODS.first])).toEqual(ofPods(alone, [PODS.first]));
  });

  test.each(cases.filter(([, { expression }]) => !/sum\(node_placeholder_leader/.test(expression)))(
    '%s is the same with two that stand by as with one, while nobody leads',
    async (_, query) => {
      const { fromMs, toMs } = settled(day);
      const two = await ask(query, { fromMs, toMs, namespace: 'nobody' });
      const one = await ask(query, { fromMs, toMs, namespace: 'standby' });
      expect(one.length).toBeGreaterThan(0);
      expect(ofPods(two, [PODS.second])).toEqual(ofPods(one, [PODS.second]));
    },
  );

  test('what is seen is what happened', async () => {
    const at = (hours: number) => day.startMs + hours * 60 * MINUTE;
    const [lecture, midterm, evening] = [at(1), at(2.25), at(5.25)];
    expect(await value('Now', 'wanted', lecture)).toBe(3);
    expect(await value('Now', 'ready', lecture)).toBe(3);
    expect(await value('Now', 'booked', lecture)).toBe(3);
    expect(await value('Now', 'wanted', evening)).toBe(1);
    expect(await value('Now', 'booked', evening)).toBe(-1);
    expect(await value('Why', 'reason', lecture)).toBe(REASONS.indexOf('booked'));
    expect(await value('Why', 'reason', evening)).toBe(REASONS.indexOf('baseline'));
    expect(await value('In the way', 'cut', midterm, 'stat20')).toBe(2);
    expect(await value('In the way', 'cut', midterm, 'data8')).toBe(0);
    expect(await value('Pools that want a look', 'cut', midterm)).toBe(1);
    expect(await value('Wanted and ready, all pools', 'wanted', midterm)).toBe(4 + 4);
    expect(await value('Wanted and ready, all pools', 'booked', midterm)).toBe(4 + 6);
    expect(await value('Placeholders missing', 'missing', midterm)).toBe(0);
    expect(await value('In the way', 'size waits', at(3))).toBe(1);
    expect(await value('Problems in calendars', '{{feed}}', lecture)).toBe(1);
    expect(await value('Next event that books nothing', 'starts', lecture)).toBe(at(3));
    expect(await value('Next event that books nothing', 'starts', evening)).toBe(0);
    expect(await value('When', 'running since', lecture)).toBe(at(0.5));
    expect(await value('When', 'next', lecture)).toBe(at(2));
    expect(await value('When', 'manual until', lecture)).toBe(0);
    expect(await value('Late at bookings', 'lag', midterm)).toBeLessThan(1);
    expect(await value('Oldest calendar', 'age', lecture)).toBeLessThan(6 * 60);
    // At most a minute from pass to scrape, and another from scrape to look.
    expect(await value('Since the last pass', 'age', lecture)).toBeLessThan(130);
    expect(await value('Writes', 'put back', at(2.5) + 2 * MINUTE)).toBeGreaterThanOrEqual(1);
    expect(await value('Replicas that lead', 'lead', lecture)).toBe(1);
  });

  test('a handover leaves no gap and no second leader', async () => {
    const view = { fromMs: day.handedOverMs - 10 * MINUTE, toMs: day.handedOverMs + 10 * MINUTE };
    const [leaders] = await ask({ ...named('Replicas that lead', 'lead'), instant: false }, view);
    expect(leaders?.samples.length).toBe(21);
    expect(leaders?.samples.at(-1)?.[1]).toBe(1);
    const [wanted] = await ask({ ...named('Now', 'wanted'), instant: false }, view);
    expect(new Set(wanted?.samples.map(([, count]) => count))).toEqual(new Set([2]));
    expect(wanted?.samples.length).toBe(21);
  });

  test('the variables find the namespace, the release and its pools', async () => {
    const range = { fromSeconds: day.startMs / 1000, toSeconds: day.endMs / 1000 };
    const options = (name: string, values: Record<string, string> = {}) =>
      optionsOf(dashboard, name, { prometheus, range, values });
    expect(await options('namespace')).toEqual(['alone', NAMESPACE, 'nobody', 'standby']);
    expect(await options('scaler', { namespace: NAMESPACE })).toEqual([RELEASE]);
    expect(await options('pool', { namespace: NAMESPACE, scaler: RELEASE })).toEqual(['data8', 'stat20']);
    expect(await options('pool', { namespace: NAMESPACE, scaler: 'hub' })).toEqual([]);
  });
});

interface View {
  fromMs: number;
  toMs: number;
  namespace?: string;
  pool?: string;
}

/** Late enough after the copies begin that every rate has its window. */
const settled = ({ both }: PlayedDay) => ({ fromMs: both.fromMs + 65 * MINUTE, toMs: both.toMs - MINUTE });

/** Series of these pods, and those that are of no pod. */
const ofPods = (answer: Series[], pods: string[]) =>
  answer.filter(({ labels }) => labels.pod === undefined || pods.includes(labels.pod));
