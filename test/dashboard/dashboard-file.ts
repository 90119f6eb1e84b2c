// The dashboard as the chart carries it, and its queries with the variables filled in as Grafana would.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const FILE = join(
  import.meta.dirname,
  '..',
  '..',
  'chart',
  'dashboards',
  'node-placeholder-scaler.json',
);

export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: GridPosition;
  repeat?: string;
  collapsed?: boolean;
  panels?: Panel[];
  datasource?: { type: string; uid: string };
  fieldConfig?: { defaults: { unit?: string } };
  targets?: { refId: string; expr: string; legendFormat: string; instant?: boolean; range?: boolean }[];
}

export interface Variable {
  name: string;
  type: string;
  query: string | { query: string };
  regex?: string;
  multi?: boolean;
}

export interface DashboardFile {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: Variable[] };
}

export function readDashboard(): DashboardFile {
  return JSON.parse(readFileSync(FILE, 'utf8')) as DashboardFile;
}

/** Rows are left out, what is folded up in them is not. */
export function panelsOf({ panels }: DashboardFile): Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

export interface PanelQuery {
  /** Panel and legend. */
  name: string;
  expression: string;
  instant: boolean;
}

export function queriesOf(dashboard: DashboardFile): PanelQuery[] {
  return panelsOf(dashboard).flatMap(({ title, id, targets = [] }) =>
    targets.map(({ expr, legendFormat, instant }) => ({
      name: `${id} ${title}: ${legendFormat}`,
      expression: expr,
      instant: instant === true,
    })),
  );
}

/** Fails when a variable is left over. */
export function filled(expression: string, values: Record<string, string>): string {
  return expression.replaceAll(/\$(\w+)/g, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`no value for $${name} in ${expression}`);
    return values[name];
  });
}

/** The metrics that an expression reads. */
export function metricsIn(expression: string): string[] {
  return [...expression.matchAll(/\b([a-z_]+)(?=\{)/g)].map(([, name]) => name as string);
}
