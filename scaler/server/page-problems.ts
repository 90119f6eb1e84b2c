// Every problem on the page, errors first, those of events by their time: whose event, which line as it was typed, what
// was expected, and one right line to copy.
import { shown } from '../calendar/text.ts';
import { onOneLine, type Problem } from '../problem.ts';
import { type Html, html } from './page-markup.ts';
import type { PageTimes } from './page-times.ts';

/** More say nothing new to a person; the log has them all. */
const MOST_PROBLEMS = 100;

export function problemsSection(problems: Problem[], times: PageTimes): Html | undefined {
  if (problems.length === 0) return undefined;
  const rank = ({ severity, event }: Problem) =>
    (severity === 'error' ? 0 : 1e15) + (event?.startMs ?? 0) / 10;
  const listed = [...problems].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_PROBLEMS);
  const left = problems.length - listed.length;
  return html`<section id="problems" aria-labelledby="problems-title"><h2 id="problems-title">Problems (${problems.length})</h2>
<ul class="problems">${listed.map((problem) => problemItem(problem, times))}</ul>
${left > 0 && html`<p class="quiet">and ${left} more; the log has them all.</p>`}</section>`;
}

function problemItem(problem: Problem, times: PageTimes): Html {
  const { severity, event, where, line, message, example, feed, pool } = problem;
  const look = severity === 'error' ? 'bad' : 'warn';
  const aside = [
    event && times.span(event.startMs, event.endMs),
    event && placeInEvent(problem),
    feed !== undefined && !where.includes(`'${feed}'`) && `calendar ${feed}`,
    pool !== undefined && `pool ${pool}`,
  ].filter(Boolean);
  const title = event === undefined ? shown(where, 200) : shown(event.title) || 'untitled event';
  return html`<li class="${look}"><h3><span class="badge ${look}">${severity}</span> <bdi>${title}</bdi></h3>
${aside.length > 0 && html`<p class="quiet">${aside.join(', ')}</p>`}
${line !== undefined && html`<p>typed: <code>${shown(line, 120)}</code></p>`}
<p>${shown(message, 500)}</p>
${example !== undefined && html`<p class="right">write: <code>${shown(onOneLine(example), 200)}</code></p>`}</li>`;
}

/** `where` of an event's problem names the event and ends in the place. */
function placeInEvent({ where }: Problem): string | undefined {
  return /(?:^|, )(line \d+|title|description)$/.exec(where)?.[1];
}
