// The coming week of one pool as a drawing: what bookings come to (after overlap, lead time and maxReplicas) over the
// baseline, and under it the bookings themselves. Every local day is as wide as the others. The drawing stretches with
// the page, so it holds no text; a person who cannot see it reads the table below it.
import { type BookedBy, bookedCount, type Schedule, type Segment } from '../calendar/schedule.ts';
import type { StretchPool } from '../calendar/stretches.ts';
import { shown } from '../calendar/text.ts';
import { type Html, html } from './page-markup.ts';
import type { PageTimes } from './page-times.ts';

/** Today and the seven days after it. */
export const TIMELINE_DAYS = 8;
const DAY_WIDTH = 100;
const WIDTH = TIMELINE_DAYS * DAY_WIDTH;
const HEIGHT = 60;
const LANE = 9;
const MOST_LANES = 6;
const MOST_BARS = 150;

export function timeline(pool: StretchPool, schedule: Schedule, times: PageTimes): Html {
  const days = times.days(TIMELINE_DAYS);
  const [fromMs, toMs] = [days[0]?.startMs ?? 0, days.at(-1)?.endMs ?? 0];
  const x = (ms: number) => {
    const index = days.findIndex(({ endMs }) => ms < endMs);
    const day = days[index];
    if (day === undefined) return WIDTH;
    const share = (ms - day.startMs) / (day.endMs - day.startMs);
    return round((index + Math.max(0, share)) * DAY_WIDTH);
  };
  const segments = schedule.segments(pool.name, fromMs, toMs);
  const steps = stepsOf(segments, pool).map(({ startMs, endMs, ...step }) => ({
    ...step,
    from: x(startMs),
    to: x(endMs),
  }));
  const most = Math.max(1, pool.baseline, ...steps.map(({ count }) => count));
  const y = (count: number) => round(HEIGHT - (count / most) * (HEIGHT - 4));
  const lanes = lanesOf(segments, x);
  const height = HEIGHT + 4 + lanes.rows.length * LANE;
  const blocks = (kind: 'booked' | 'around') =>
    steps
      .filter((step) => step.kind === kind)
      .map(({ from, to, count }) => `M${from} ${HEIGHT}V${y(count)}H${to}V${HEIGHT}Z`)
      .join('');
  const cools = steps.filter(({ count, kind }) => kind === 'booked' && count < pool.baseline);
  return html`<figure class="timeline">
<div class="scale" aria-hidden="true"><span>${most}</span><span>0</span></div>
<svg viewBox="0 0 ${WIDTH} ${height}" height="${height}" preserveAspectRatio="none" role="img" aria-label="${`Timeline of ${pool.name} from today on, in ${times.zone}: ${summary(steps.length, most, pool)}`}">
${days.map(({ weekend }, index) => weekend && html`<rect class="weekend" x="${index * DAY_WIDTH}" y="0" width="${DAY_WIDTH}" height="${height}"/>`)}
<path class="past" d="M0 0H${x(times.nowMs)}V${height}H0Z"/>
<path class="kept" d="M0 ${HEIGHT}V${y(pool.baseline)}H${WIDTH}V${HEIGHT}Z"/>
${cools.length > 0 && html`<path class="cool" d="${cools.map(({ from, to }) => `M${from} ${HEIGHT}V${y(pool.baseline)}H${to}V${HEIGHT}Z`).join('')}"/>`}
<path class="around" d="${blocks('around')}"/><path class="booked" d="${blocks('booked')}"/>
<path class="baseline" d="M0 ${y(pool.baseline)}H${WIDTH}"/>
<path class="grid" d="M0 ${HEIGHT}H${WIDTH}${days.map((_, index) => (index > 0 ? `M${index * DAY_WIDTH} 0V${height}` : '')).join('')}"/>
${lanes.rows.map((row, index) => row.map(({ from, to, by }) => html`<rect class="booking" x="${from}" y="${HEIGHT + 4 + index * LANE}" width="${round(Math.max(1.2, to - from))}" height="${LANE - 3}">${by && html`<title>${bookingText(by, times)}</title>`}</rect>`))}
<path class="now" d="M${x(times.nowMs)} 0V${height}"/>
</svg>
<div class="days" aria-hidden="true">${days.map(({ name, date, month }, index) => html`<span>${index === 0 ? 'today' : name}<br>${date}<i class="hide-small"> ${month}</i></span>`)}</div>
${!lanes.isWhole && html`<figcaption class="quiet">There are too many bookings to draw them one by one: the bar says when there is any.</figcaption>`}
</figure>`;
}

interface Step {
  startMs: number;
  endMs: number;
  count: number;
  /** `around`: no event yet or any more, only its lead or hold time. */
  kind: 'booked' | 'around';
}

function stepsOf(segments: Segment[], { baseline, maxReplicas = Infinity }: StretchPool): Step[] {
  const steps: Step[] = [];
  for (const segment of segments) {
    const asked = bookedCount(segment, baseline);
    if (asked === undefined) continue;
    const { startMs, endMs, core } = segment;
    const count = Math.min(asked, maxReplicas);
    const kind = core === undefined ? 'around' : 'booked';
    const last = steps.at(-1);
    if (last?.endMs === startMs && last.count === count && last.kind === kind) last.endMs = endMs;
    else steps.push({ startMs, endMs, count, kind });
  }
  return steps;
}

interface Bar {
  from: number;
  to: number;
  /** Absent: several bookings drawn as one. */
  by?: BookedBy;
}

/** Bookings side by side where they overlap; when they are too many for that, one lane that says when there is any. */
function lanesOf(segments: Segment[], x: (ms: number) => number): { rows: Bar[][]; isWhole: boolean } {
  const distinct = new Map<string, BookedBy>();
  for (const { by } of segments) {
    for (const one of by) {
      distinct.set([one.startMs, one.endMs, one.count, one.feed, one.title].join(' '), one);
    }
  }
  const bars = [...distinct.values()]
    .sort((a, b) => a.startMs - b.startMs || b.endMs - a.endMs)
    .map((by): Bar => ({ from: x(by.startMs), to: x(by.endMs), by }));
  const rows: Bar[][] = [];
  for (const bar of bars) {
    const row = rows.find((others) => (others.at(-1) as Bar).to <= bar.from);
    if (row !== undefined) row.push(bar);
    else rows.push([bar]);
    if (rows.length > MOST_LANES || bars.length > MOST_BARS) return { rows: [merged(bars)], isWhole: false };
  }
  return { rows, isWhole: true };
}

/** Bars that touch, or nearly do, as one. */
function merged(bars: Bar[]): Bar[] {
  const found: Bar[] = [];
  for (const { from, to } of bars) {
    const last = found.at(-1);
    if (last !== undefined && from - last.to < 0.5) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

function bookingText({ title, count, startMs, endMs }: BookedBy, times: PageTimes): string {
  return `${shown(title) || 'untitled'}: ${count}, ${times.span(startMs, endMs)}`;
}

function summary(steps: number, most: number, { baseline }: StretchPool): string {
  return steps === 0 ? `nothing booked, baseline ${baseline}` : `up to ${most}, baseline ${baseline}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
