// What a person who is paged must see first: how this replica stands, whether its picture is fresh, and what is in the
// way, each as one sentence; or that all is well.
import type { PassReport } from '../pass.ts';
import { isWell } from './page-feeds.ts';
import { type Html, html } from './page-markup.ts';
import type { PageTimes } from './page-times.ts';
import { lengthInWords } from './page-times.ts';

export interface Standing {
  report: PassReport | undefined;
  leads: boolean;
  dryRun: boolean;
  times: PageTimes;
}

/** There is a pass every 60 s. */
const LATE_AFTER_MS = 3 * 60_000;

export function standingPart(standing: Standing): Html {
  const notices = [...roleNotices(standing), ...reportNotices(standing)];
  const isQuiet = notices.every(({ look }) => look === '');
  const well = isQuiet && standing.report !== undefined;
  return html`<div class="standing" role="status">
${notices.map(({ look, text, link }) => html`<p class="notice ${look}">${text}${link && html` <a href="${link}">Look</a>`}</p>`)}
${well && html`<p class="notice good">All is well: every pool is decided, every calendar is read, there are no problems.</p>`}
</div>`;
}

interface Notice {
  look: '' | 'warn' | 'bad';
  text: string;
  link?: string;
}

function roleNotices({ leads, dryRun, report }: Standing): Notice[] {
  const notices: Notice[] = [];
  if (dryRun) notices.push({ look: '', text: 'Dry run: it decides and shows, and writes nothing.' });
  if (!leads && report !== undefined) {
    const text =
      'This replica stands by: another one leads and writes. What is shown here is what this one sees and would do.';
    notices.push({ look: '', text });
  }
  return notices;
}

function reportNotices({ report, times }: Standing): Notice[] {
  if (report === undefined) {
    const text =
      'Just started: no pass has ended yet. The cluster and the calendars are being read; nothing is changed until then.';
    return [{ look: 'warn', text }];
  }
  const notices: Notice[] = [];
  const age = times.nowMs - report.startedMs;
  if (age > LATE_AFTER_MS) {
    const text = `The last pass was ${lengthInWords(age)} ago, expected one every 60 s: everything below is that old.`;
    notices.push({ look: 'bad', text });
  }
  for (const { resource, failing } of report.cluster.watches) {
    if (failing !== undefined)
      notices.push({ look: 'bad', text: `The cluster's ${resource} cannot be seen: ${failing}` });
  }
  for (const [reason, text] of [
    ['held', 'held: the view of the cluster is old, so nothing is lowered'],
    ['manual', 'set by hand: an annotation on the Deployment says how many, not the calendar'],
    ['waiting', 'waiting: what is booked, or the cluster, is not known yet'],
  ] as const) {
    const pools = report.pools.filter(({ decision }) => decision.reason === reason);
    const link = `#pool-${pools[0]?.pool}`;
    const look = reason === 'manual' ? '' : 'warn';
    if (pools.length > 0) notices.push({ look, text: `${names(pools)} ${text}.`, link });
  }
  const unwell = report.feeds.filter((feed) => !isWell(feed));
  if (unwell.length > 0) {
    const text = `${unwell.length === 1 ? 'Calendar' : 'Calendars'} ${unwell.map(({ name }) => name).join(', ')} cannot be relied on.`;
    notices.push({ look: 'warn', text, link: '#feeds-title' });
  }
  const count = report.problems.length;
  if (count > 0) {
    const isBad = report.problems.some(({ severity }) => severity === 'error');
    const text = count === 1 ? 'There is 1 problem.' : `There are ${count} problems.`;
    notices.push({ look: isBad ? 'bad' : 'warn', text, link: '#problems' });
  }
  return notices;
}

function names(pools: { pool: string }[]): string {
  const shown = pools.slice(0, 3).map(({ pool }) => pool);
  const more = pools.length - shown.length;
  const list = more > 0 ? [...shown, `${more} more`] : shown;
  return `${list.join(', ')} ${pools.length === 1 ? 'is' : 'are'}`;
}
