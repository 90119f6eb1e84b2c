// The choices of a variable of the dashboard, asked for as Grafana does: label_values(selector, label) are the label's
// values of the series that the selector finds, and a regex keeps its first group.
import type { Prometheus } from '../support/prometheus.ts';
import { type DashboardFile, filled } from './dashboard-file.ts';

export async function optionsOf(
  dashboard: DashboardFile,
  name: string,
  asked: {
    prometheus: Prometheus;
    range: { fromSeconds: number; toSeconds: number };
    values: Record<string, string>;
  },
): Promise<string[]> {
  const variable = dashboard.templating.list.find((each) => each.name === name);
  const query = typeof variable?.query === 'object' ? variable.query.query : variable?.query;
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query ?? '') ?? [];
  if (selector === undefined || label === undefined) throw new Error(`variable ${name} asks for ${query}`);
  const found = await asked.prometheus.series(filled(selector, asked.values), asked.range);
  const regex = new RegExp(variable?.regex?.replace(/^\/(.*)\/$/, '$1') || '^(.*)$');
  const values = found.map((labels) => regex.exec(labels[label] ?? '')?.[1]);
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}
