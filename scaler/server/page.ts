// The page: what every pool has, wants and will have, and why, for whoever is asked "why are there three nodes and not
// five?". Made from the last report and the schedule, both in memory; as long as there are pools, bookings and problems,
// not nodes. Everything in it that people typed goes through `html` (page-markup.ts).
import type { StatusSource } from './api.ts';
import { feedsSection } from './page-feeds.ts';
import { Html, html } from './page-markup.ts';
import { overview } from './page-overview.ts';
import { poolSection } from './page-pool.ts';
import { problemsSection } from './page-problems.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { standingPart } from './page-standing.ts';
import { PAGE_STYLE } from './page-style.ts';
import { pageTimes } from './page-times.ts';

export interface PageOptions {
  source: StatusSource;
  /** Added to links to the answer calendar, where it is behind a token. */
  token?: string;
}

/** Up to this many pools are seen at a glance without a table of them. */
const FEW_POOLS = 3;

export function page({ source, token }: PageOptions): Html {
  const report = source.report();
  const schedule = source.schedule();
  const nowMs = source.now();
  const times = pageTimes(nowMs, source.zone());
  const pools = source.pools();
  const reports = new Map(report?.pools.map((each) => [each.pool, each]));
  const leads = source.leads();
  const shared = {
    schedule,
    times,
    calendarQuery: token === undefined ? '' : `&token=${encodeURIComponent(token)}`,
  };
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${titleOf(report?.problems.length ?? 0, pools.length)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">${Html.embedded('style', PAGE_STYLE)}</head><body>
<header><h1>Warm nodes</h1><p>${times.today()} ${times.at(nowMs)}, times in ${times.zone}</p>
${report !== undefined && html`<p><span class="badge ${leads ? 'good' : 'warn'}">${leads ? 'leads' : 'stands by'}</span></p>`}</header>
<main>
${standingPart({ report, leads, dryRun: source.dryRun, times })}
${pools.length > FEW_POOLS && overview({ pools, reports, schedule, times })}
${problemsSection(report?.problems ?? [], times)}
<section aria-labelledby="pools-title"><h2 id="pools-title">Pools</h2>
${pools.length === 0 && html`<p>There is no pool yet: name one under <code>nodePools</code> in the values.</p>`}
${pools.length > 0 && key()}
${pools.map((pool) => poolSection({ pool, report: reports.get(pool.name), ...shared }))}</section>
${report !== undefined && feedsSection(report.feeds, times)}
</main>
<footer><p id="age" role="status"></p>
<p>What was understood, as a calendar to subscribe to: <a href="calendar.ics${token !== undefined && `?token=${encodeURIComponent(token)}`}">calendar.ics</a>.</p>
<p>node-placeholder-scaler ${source.version}${report !== undefined && `; last pass ${times.ago(report.startedMs)}`}${report?.nextBoundaryMs !== undefined && `; next change of what is booked ${times.at(report.nextBoundaryMs)}`}</p></footer>
${Html.embedded('script', PAGE_SCRIPT)}</body></html>
`;
}

function titleOf(problems: number, pools: number): string {
  const count = problems === 1 ? '1 problem' : `${problems} problems`;
  return problems > 0 ? `(${count}) Warm nodes` : `Warm nodes of ${pools} ${pools === 1 ? 'pool' : 'pools'}`;
}

function swatch(look: string): Html {
  return html`<svg width="14" height="12" aria-hidden="true"><rect class="${look}" x="0.5" y="0.5" width="13" height="11"/></svg>`;
}

function key(): Html {
  return html`<p class="key"><span>${swatch('booked')}booked</span><span>${swatch('around')}lead or hold time</span><span>${swatch('kept')}baseline</span><span>${swatch('booking')}one booking</span><span><svg width="14" height="12" aria-hidden="true"><path class="now" d="M7 0V12"/></svg>now</span></p>`;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230a58a6'/%3E%3Cpath d='M3 12V8h3V4h4v4h3v4z' fill='%23fff'/%3E%3C/svg%3E";
