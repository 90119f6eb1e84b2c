// The dashboard for Grafana: variables and rows. `npm run generate` writes it to chart/dashboards/, from where the chart
// takes it. Any release of any namespace is shown by the same dashboard: its variables choose.
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type RowPanel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { inside } from './inside.ts';
import { overview } from './overview.ts';
import { DATASOURCE } from './panels.ts';
import { poolRow } from './pool.ts';
import { NAMESPACE, series } from './queries.ts';

export function dashboard(): Dashboard {
  const builder = new DashboardBuilder('Node placeholder scaler')
    .uid('node-placeholder-scaler')
    .description('Warm nodes on a calendar: what is wanted, what is there, and why.')
    .tags(['node-placeholder-scaler', 'autoscaling'])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .editable()
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(listed('namespace', 'Namespace', 'label_values(node_placeholder_leader, namespace)'))
    .withVariable(
      listed('scaler', 'Scaler', `label_values(node_placeholder_leader{${NAMESPACE}}, pod)`)
        .description('The Deployment of the scaler; its name comes from the release.')
        // A pod's name without the hash of its template and the five letters.
        .regex('/^(.+)-[^-]+-[^-]+$/'),
    )
    .withVariable(
      listed('pool', 'Pool', `label_values(${series('desired_replicas')}, pool)`)
        .multi(true)
        .includeAll(true)
        .current({ text: 'All', value: '$__all' }),
    );
  builder.withRow(new RowBuilder('Overview'));
  for (const panel of overview()) builder.withPanel(panel);
  builder.withRow(new RowBuilder('Pool $pool').repeat('pool'));
  for (const panel of poolRow()) builder.withPanel(panel);
  const folded = new RowBuilder('The scaler itself: calendars, passes, its view of the cluster');
  for (const panel of inside()) folded.withPanel(panel);
  return numbered(builder.withRow(folded).build());
}

/** The file's text: lists of plain values on one line, as the project's formatter has them. */
export function dashboardText(): string {
  const plainLists = /\[((?:\n\s+(?:"[^\n]*"|[\d.]+),?)+)\n\s+\]/g;
  const text = JSON.stringify(dashboard(), null, 2).replace(
    plainLists,
    (_, items: string) => `[${items.trim().replaceAll(/\n\s+/g, ' ')}]`,
  );
  return `${text}\n`;
}

function listed(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** Panels with numbers of their own, by which links and repeats find them. */
function numbered(built: Dashboard): Dashboard {
  let id = 0;
  const number = (panel: Panel | RowPanel): void => {
    panel.id = ++id;
    if ('panels' in panel) for (const each of panel.panels ?? []) number(each as Panel);
  };
  for (const panel of built.panels ?? []) number(panel);
  return built;
}
