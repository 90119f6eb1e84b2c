// All pools in one table, where there are too many to see at a glance: what is wanted and there, why, and what is booked
// next. Each line leads to its pool further down.
import type { Schedule } from '../calendar/schedule.ts';
import { type StretchPool, stretchesOf } from '../calendar/stretches.ts';
import type { PoolReport } from '../pool-pass.ts';
import { type Html, html } from './page-markup.ts';
import { reasonBadge } from './page-pool.ts';
import type { PageTimes } from './page-times.ts';

export interface Overview {
  pools: StretchPool[];
  /** By pool. */
  reports: ReadonlyMap<string, PoolReport>;
  schedule: Schedule;
  times: PageTimes;
}

export function overview({ pools, reports, schedule, times }: Overview): Html {
  const rows = pools.map((pool) => row(pool, reports.get(pool.name), nextBooked(pool, schedule, times)));
  return html`<section class="card overview"><table><caption class="unseen">All pools</caption>
<thead><tr><th scope="col">Pool</th><th scope="col" class="number">Wanted</th><th scope="col" class="number">Ready</th><th scope="col" class="number">Pending</th><th scope="col" class="number hide-small">Nodes</th><th scope="col">Why</th><th scope="col" class="hide-small">Booked next</th></tr></thead>
<tbody>${rows}</tbody></table></section>`;
}

function row({ name }: StretchPool, report: PoolReport | undefined, next: string): Html {
  const link = html`<th scope="row"><a href="#pool-${name}">${name}</a></th>`;
  const last = html`<td class="hide-small">${next}</td></tr>`;
  if (report === undefined)
    return html`<tr>${link}<td colspan="5" class="quiet">not looked at yet</td>${last}`;
  const { placeholders, headroom, decision } = report;
  const number = (value: number | undefined, look = '') =>
    html`<td class="number ${look}">${value ?? '?'}</td>`;
  const known = decision.headroom !== undefined;
  return html`<tr>${link}${number(decision.count ?? report.current)}${number(known ? placeholders.ready : undefined)}${number(known ? placeholders.pending : undefined, placeholders.pending > 0 ? 'warn' : '')}${number(known ? headroom.nodes : undefined, 'hide-small')}<td>${reasonBadge(report)}</td>${last}`;
}

/** `3 from 08:50`; empty when nothing more is booked. */
function nextBooked(pool: StretchPool, schedule: Schedule, times: PageTimes): string {
  const span = { fromMs: times.nowMs, toMs: Infinity };
  const next = stretchesOf(schedule, pool, span).find(({ startMs }) => startMs > times.nowMs);
  return next === undefined ? '' : `${next.cutTo ?? next.count} from ${times.at(next.startMs)}`;
}
