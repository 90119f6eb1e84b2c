// One pool on the page: what is wanted and there now, why, and the coming week. Made from its part of the last report;
// nodes are only counted here, so a pool of a thousand nodes is as long as one of three.
import type { Schedule } from '../calendar/schedule.ts';
import { type Stretch, type StretchPool, stretchesOf } from '../calendar/stretches.ts';
import { shown } from '../calendar/text.ts';
import { NODE_STATES, type NodeState } from '../plan/headroom.ts';
import type { PoolReport } from '../pool-pass.ts';
import { type Html, html } from './page-markup.ts';
import { TIMELINE_DAYS, timeline } from './page-timeline.ts';
import type { PageTimes } from './page-times.ts';

export interface PoolPart {
  pool: StretchPool;
  /** Absent: not looked at by a pass yet. */
  report?: PoolReport;
  schedule: Schedule;
  times: PageTimes;
  /** To add to a link to the answer calendar: nothing, or `&token=...`. */
  calendarQuery: string;
}

const ROWS_SHOWN = 6;
const MOST_ROWS = 60;

export function poolSection(part: PoolPart): Html {
  const { pool, report, schedule, times } = part;
  return html`<section class="pool" id="pool-${pool.name}" aria-labelledby="pool-${pool.name}-name">
<h3 id="pool-${pool.name}-name">${pool.name}${report && html` ${reasonBadge(report)}`}</h3>
${report === undefined ? html`<p class="quiet">No pass has looked at this pool yet.</p>` : nowPart(report)}
${timeline(pool, schedule, times)}
${windowsTable(part)}
</section>`;
}

/** The word of the decision, coloured where it says that something is in the way. */
export function reasonBadge({ decision, foreign, replicaFailure }: PoolReport): Html {
  if (foreign !== undefined) return html`<span class="badge bad">not served</span>`;
  if (replicaFailure !== undefined) return html`<span class="badge bad">no pods made</span>`;
  const { reason } = decision;
  const look = reason === 'held' || reason === 'waiting' ? 'warn' : reason === 'booked' ? 'on' : '';
  return html`<span class="badge ${look}">${reason}</span>`;
}

export function wanted({ decision, current }: PoolReport): string {
  return decision.count === undefined ? `${current ?? '?'} (left as it is)` : String(decision.count);
}

function nowPart(report: PoolReport): Html {
  const { decision, placeholders, headroom, foreign, replicaFailure, resizeWaits, result } = report;
  const isKnown = decision.headroom !== undefined;
  const { ready, pending } = placeholders;
  const booked = decision.booked === undefined ? 'none' : String(decision.booked.count);
  return html`<dl class="figures">
${figure('wanted', wanted(report), decision.cutFrom !== undefined && `cut from ${decision.cutFrom}`)}
${figure('ready', isKnown ? ready : '?')}
${figure('pending', isKnown ? pending : '?', false, pending > 0 ? 'warn' : '')}
${figure('booked now', booked, `baseline ${decision.baseline}`)}
${figure('nodes', isKnown ? headroom.nodes : '?', isKnown && `${headroom.free} with room`)}
</dl>
<p class="sentence">${decision.sentence}</p>
${isKnown && headroom.nodes > 0 && html`<p class="quiet nodes">${nodeStates(report)}</p>`}
${foreign !== undefined && notice('bad', `A Deployment of that name belongs to someone else: ${foreign}`)}
${replicaFailure !== undefined && notice('bad', `The cluster makes no pods: ${replicaFailure}`)}
${resizeWaits !== undefined && notice('', `A new size waits until no booking is active: ${sizeText(resizeWaits.from)} to ${sizeText(resizeWaits.to)}`)}
${result !== undefined && !result.ok && notice('bad', `The last write was refused: ${result.message}`)}`;
}

function figure(name: string, value: string | number, more: string | false = false, look = ''): Html {
  return html`<div class="${look}"><dt>${name}</dt><dd>${value}${more && html` <small>${more}</small>`}</dd></div>`;
}

function notice(look: string, text: string): Html {
  return html`<p class="notice ${look}">${shown(text, 400)}</p>`;
}

const STATE_WORDS: Record<NodeState, string> = {
  free: 'with room',
  busy: 'busy',
  empty: 'empty',
  placeholder: 'with a placeholder',
  recent: 'with room, but not for long yet',
  'removal-candidate': 'about to be removed',
  unusable: 'not usable',
  unreadable: 'with numbers that cannot be read',
};

function nodeStates({ headroom }: PoolReport): string {
  const states = NODE_STATES.filter((state) => headroom.states[state] > 0);
  const counted = states.map((state) => `${headroom.states[state]} ${STATE_WORDS[state]}`).join(', ');
  const { cpu, memory } = headroom.freeShare;
  return `Nodes: ${counted}. Free on all usable ones: ${percent(cpu)} cpu, ${percent(memory)} memory.`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function sizeText(size: Record<string, string>): string {
  return Object.entries(size)
    .map(([resource, amount]) => `${resource} ${amount}`)
    .join(', ');
}

function windowsTable({ pool, report, schedule, times, calendarQuery }: PoolPart): Html {
  const toMs = times.days(TIMELINE_DAYS).at(-1)?.endMs ?? times.nowMs;
  const coming = stretchesOf(schedule, pool, { fromMs: -Infinity, toMs: Infinity });
  const windows = coming.filter(({ startMs, endMs }) => endMs > times.nowMs && startMs < toMs);
  const subscribe = html`<a href="calendar.ics?pool=${pool.name}${calendarQuery}">calendar</a>`;
  if (windows.length === 0 && report === undefined)
    return html`<p class="quiet">What is booked is not known yet.</p>`;
  if (windows.length === 0)
    return html`<p class="quiet">Nothing is booked in the next 7 days: the baseline of ${pool.baseline} is kept.</p>`;
  const more = windows.slice(ROWS_SHOWN, MOST_ROWS);
  const left = windows.length - ROWS_SHOWN - more.length;
  return html`<table class="windows"><caption class="unseen">Booked windows of ${pool.name}</caption>
<thead><tr><th scope="col">When</th><th scope="col" class="number">Nodes</th><th scope="col">Asked by</th></tr></thead>
<tbody>${windows.slice(0, ROWS_SHOWN).map((window) => windowRow(window, times))}</tbody></table>
${
  more.length > 0 &&
  html`<details id="more-${pool.name}"><summary>${more.length + Math.max(0, left)} more windows of ${pool.name}</summary>
<table class="windows"><caption class="unseen">More booked windows of ${pool.name}</caption>
<thead><tr><th scope="col">When</th><th scope="col" class="number">Nodes</th><th scope="col">Asked by</th></tr></thead>
<tbody>${more.map((window) => windowRow(window, times))}</tbody></table>
${left > 0 && html`<p class="quiet">and ${left} more: all of them are in the answer ${subscribe}.</p>`}</details>`
}`;
}

function windowRow({ startMs, endMs, count, cutTo, by }: Stretch, times: PageTimes): Html {
  const isNow = startMs <= times.nowMs;
  const titles = by.map(
    ({ title, count: asked }, index) =>
      html`${index > 0 && ', '}<bdi>${shown(title) || 'untitled'}</bdi>${by.length > 1 && ` (${asked})`}`,
  );
  return html`<tr${isNow && html` class="current"`}><td>${times.span(startMs, endMs)}${isNow && html` <span class="badge on">now</span>`}</td>
<td class="number">${cutTo ?? count}${cutTo !== undefined && html` <small>cut from ${count}</small>`}</td><td>${titles}</td></tr>`;
}
