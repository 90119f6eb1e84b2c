// Shows the demo as plain lines, for logs and pipes: what changed, when, in which run, and a count every so often.
import type { DemoView, Show } from '../story/play.ts';
import type { SideView } from '../story/side.ts';
import { clockText } from '../story/story.ts';

/** Class time between two counts of the same run. */
const COUNT_EVERY_MS = 60_000;

export function linesShow(write: (line: string) => void): Show {
  const told = new Map<string, string>();
  const countedAtMs = new Map<string, number>();
  const say = (view: DemoView, who: string, text: string) =>
    write(
      `class ${clockText(view.elapsedMs - view.story.classAtMs, { sign: true }).padStart(6)}  ${who.padEnd(8)} ${text}`,
    );
  const news = (view: DemoView, who: string, what: string, text: string) => {
    if (told.get(`${who} ${what}`) === text) return;
    told.set(`${who} ${what}`, text);
    say(view, who, text);
  };
  const count = (view: DemoView, side: SideView) => {
    const { name, nodes, loggedIn, starting, waiting, students, outcome } = side;
    const booting = nodes.filter(({ state }) => state === 'booting').length;
    const spare = nodes.filter(({ placeholder }) => placeholder).length;
    news(
      view,
      name,
      'count',
      `${loggedIn - waiting - starting} of ${students} students in, ${waiting} waiting, longest wait ${clockText(outcome.longestWaitMs)}; ` +
        `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} (${booting} booting, ${spare} held by a placeholder)`,
    );
  };
  return {
    frame(view) {
      news(view, 'both', 'phase', view.phase);
      for (const side of view.sides) {
        const { name, decision } = side;
        if (decision) {
          const said = `${decision.count ?? 'leaves it'} ${decision.reason}`;
          if (told.get(`${name} said`) !== said) {
            told.set(`${name} said`, said);
            say(view, name, `the scaler decides ${said}: ${decision.sentence}`);
          }
        }
        const last = countedAtMs.get(name);
        if (last === undefined || view.elapsedMs - last >= COUNT_EVERY_MS) {
          countedAtMs.set(name, view.elapsedMs);
          count(view, side);
        }
      }
    },
    end(view) {
      for (const side of view.sides) count(view, side);
    },
    close() {},
  };
}
