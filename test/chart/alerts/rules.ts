// The alerts of the chart as Prometheus gets them, and what promtool says of them for series that a test makes up. Its
// time begins at 0, so a timestamp of 600 is ten minutes after the start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runPromtool } from '../../support/prometheus.ts';
import { one, render } from '../helm.ts';

export interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Spec {
  groups: { name: string; rules: Rule[] }[];
}

export function specOf(prometheusRule: object = {}, more: { release?: string; values?: object } = {}): Spec {
  const { release = 'warm', values = {} } = more;
  const objects = render({
    release,
    values: [values, { prometheusRule: { enabled: true, ...prometheusRule } }],
  });
  return one(objects, 'PrometheusRule').spec as Spec;
}

export const rulesOf = (spec: Spec): Rule[] => spec.groups.flatMap(({ rules }) => rules);

/** Two replicas, one that came after a restart, and pods that are none of this release. */
export const PODS = {
  a: 'warm-node-placeholder-scaler-6d5f7c9b8-aaaaa',
  b: 'warm-node-placeholder-scaler-6d5f7c9b8-bbbbb',
  other: 'warm-node-placeholder-scaler-two-6d5f7c9b8-ccccc',
};

/** Labels as a test writes them: `placeholders{state="ready"}` of a replica, with its samples a minute apart. */
export type Series = [metric: string, samples: string, pod?: keyof typeof PODS | { namespace: string }];

function seriesName(metric: string, pod: Series[2] = 'a'): string {
  const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(metric) ?? [];
  const from = typeof pod === 'string' ? { namespace: 'hub', pod: PODS[pod] } : { pod: PODS.a, ...pod };
  const place = `namespace="${from.namespace}", pod="${from.pod}"`;
  return `node_placeholder_${name}{${labels === '' ? place : `${place}, ${labels}`}}`;
}

export interface Told {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

function inFolder<T>(spec: Spec, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify(spec));
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const checkRules = (spec: Spec) =>
  inFolder(spec, (folder) =>
    runPromtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml'], { cwd: folder }),
  );

function ask(spec: Spec, series: Series[], question: object): string {
  return inFolder(spec, (folder) => {
    const test = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([metric, values, pod]) => ({ series: seriesName(metric, pod), values })),
          ...question,
        },
      ],
    };
    writeFileSync(join(folder, 'test.yaml'), stringify(test));
    const { status, stdout, stderr } = runPromtool(['test', 'rules', 'test.yaml'], { cwd: folder });
    return status === 0 ? '' : `${stdout}${stderr}`;
  });
}

/** Empty when as many alerts of that name fire at each of these times as expected; else what promtool says. */
export function firing(spec: Spec, alert: string, series: Series[], times: Record<string, number>): string {
  // The other rules would be worked out at every minute of the day too.
  const alone = {
    groups: spec.groups.map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => rule.alert === alert),
    })),
  };
  const expr = `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`;
  return ask(alone, series, {
    promql_expr_test: Object.entries(times).map(([at, value]) => ({
      expr,
      eval_time: at,
      exp_samples: [{ labels: '{}', value }],
    })),
  });
}

/** Empty when exactly these alerts of that name fire, with these labels and texts. */
export function says(spec: Spec, alert: string, series: Series[], at: string, told: Told[]): string {
  const exp_alerts = told.map(({ labels, annotations }) => ({
    exp_labels: labels,
    exp_annotations: annotations,
  }));
  return ask(spec, series, { alert_rule_test: [{ alertname: alert, eval_time: at, exp_alerts }] });
}
