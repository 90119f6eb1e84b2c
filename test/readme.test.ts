// Every command, output and values file that the documents show is run, or held to a rule (readme/rules.ts); a new command
// without one fails here. Links and names are looked at in docs.test.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { summary } from '../examples/demo/screen/summary.ts';
import type { Outcome } from '../examples/demo/story/outcome.ts';
import { DATA8 } from '../examples/demo/story/story.ts';
import { readBookings } from '../scaler/calendar/bookings.ts';
import { loadConfig } from '../scaler/config/load.ts';
import { valuesSchema } from '../scaler/config/schema.ts';
import { REASONS } from '../scaler/plan/decide.ts';
import { RULES, ruleFor } from './readme/rules.ts';
import { openScene, type Scene } from './readme/scene.ts';
import { ROOT } from './support/command.ts';
import { decided } from './support/decided.ts';
import {
  fencedCommands,
  inlineCommands,
  pictures,
  type ShownCommand,
  settingsIn,
} from './support/markdown.ts';
import { aBooking, aWarmNode, nodes } from './support/world.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const README = read('README.md');
const DOCUMENTS = [
  'README.md',
  'chart/README.md',
  'examples/demo/README.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(ROOT, 'examples'))
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => file !== 'examples/demo/README.md' && existsSync(join(ROOT, file))),
].filter((file) => file.endsWith('.md'));

/** What the demo printed at the end of a run; its numbers are another run's each time. */
const isDemo = ({ text, output }: ShownCommand) => text === 'npm run demo' && output !== undefined;

describe.each(DOCUMENTS)('%s', (file) => {
  const text = read(file);
  const commands = [...fencedCommands(text), ...inlineCommands(text)];
  const once = commands.filter(
    (each, index) =>
      commands.findIndex((other) => other.text === each.text && other.output === each.output) === index,
  );
  let scene: Scene;
  if (once.length > 0) {
    beforeAll(async () => {
      scene = await openScene([README, text]);
    });
    afterAll(() => scene.close());
    it.each(once.map((command) => [command.text, command] as const))('%s', async (_, command) => {
      const rule = ruleFor(command);
      expect(rule, `line ${command.line}: no rule in test/readme/rules.ts for this command`).toBeDefined();
      await rule?.check(command, scene);
    });

    it('shows output only under commands whose output is compared', () => {
      for (const command of once.filter(({ output }) => output !== undefined))
        expect(ruleFor(command)?.why === undefined || isDemo(command), `line ${command.line}`).toBe(true);
    });
  }

  it('shows settings that are accepted', () => {
    const shown = commands.map(({ output }) => output ?? '').join('\n');
    for (const { name, text: yaml, line } of settingsIn(text)) {
      const values = parse(yaml) as Record<string, unknown>;
      const isOurs = Object.keys(values ?? {}).some((key) => Object.hasOwn(valuesSchema.shape, key));
      // Wrong on purpose: the output under it says so.
      if (!isOurs || (name !== undefined && shown.includes(`(${name} line `))) continue;
      const pools = { nodePools: { data8: { nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' } } } };
      const { problems } = loadConfig(JSON.stringify({ ...pools, ...values }), {
        file: `${file} line ${line}`,
      });
      expect(problems.filter(({ code }) => code !== 'unread-secret')).toEqual([]);
    }
  });
});

describe('the README', () => {
  it('shows the end of the demo as the demo prints it', () => {
    const shown = fencedCommands(README).find(isDemo)?.output ?? '';
    const row = (label: string) =>
      new RegExp(`^  ${label}.*?(\\S+) +(\\S+)$`, 'm').exec(shown)?.slice(1) ?? [];
    const ms = (clock = '') => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000;
    const outcome = (side: 0 | 1): Outcome => ({
      logins: Number(row('logins')[side]),
      atOnce: Number(row('landed at once')[side]),
      never: 0,
      starting: 0,
      medianWaitMs: ms(row('median wait')[side]),
      longestWaitMs: ms(row('longest wait')[side]),
      mostNodes: Number(row('nodes at most')[side]),
      nodeMinutes: Number(row('node-minutes')[side]),
    });
    const printed = summary({ with: outcome(0), without: outcome(1) }, DATA8).join('\n');
    expect(printed.startsWith(shown.trimEnd())).toBe(true);
  });

  it('quotes a decision as it is told', () => {
    const told = decided({ booked: aBooking(3), nodes: nodes(aWarmNode()) }).sentence;
    expect(README).toContain(`\n> ${told}\n`);
  });

  it('says of each line that people type what becomes of it', () => {
    const table = README.slice(README.indexOf('| typed | meaning |')).split('\n\n')[0] ?? '';
    const rows = table.split('\n').slice(2);
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      const [, typed = '', meaning = ''] = row.split('|').map((cell) => cell.trim());
      const lines = [...typed.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');
      for (const line of lines)
        expect(told(line), line).toMatch(MEANINGS[meaning.split(/[:,;]/)[0] ?? ''] ?? /never/);
      const right = /write `([^`]+)`/.exec(meaning)?.[1];
      if (right !== undefined) expect(told(lines[0] ?? '')).toContain(`right: ${right}`);
      const close = /no pool .*\?/.exec(meaning)?.[0];
      if (close !== undefined) expect(told(lines[0] ?? '')).toContain(close);
    }
  });

  it('lists the reasons that a decision may have', () => {
    const table = README.slice(README.indexOf('| when | count | reason |')).split('\n\n')[0] ?? '';
    const named = [...table.matchAll(/`([a-z]+)`(?=[^|]*\|$)/gm)].map((found) => found[1]);
    expect([...new Set(named)].sort()).toEqual([...REASONS].sort());
  });

  it('has no output but that of a command, and one drawing', () => {
    expect(pictures(README)).toEqual([expect.stringContaining('calendar feeds ──► events')]);
  });

  it('names every npm script that a person starts', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = Object.keys(scripts).filter((name) => !['start', 'format', 'test'].includes(name));
    expect(named.filter((name) => !README.includes(`npm run ${name}`))).toEqual([]);
  });

  it('has a picture of the page that loads fast', () => {
    expect(readFileSync(join(ROOT, 'docs', 'page.png')).byteLength).toBeLessThan(150_000);
  });
});

const MEANINGS: Record<string, RegExp> = {
  'three spare nodes for pool data8 while the event lasts': /^books data8 3$/,
  '"cool off"': /^books data8 0$/,
  ignored: /^$/,
  'a problem': /^not understood/,
};

/** What comes of one line of a description. */
function told(line: string): string {
  const pools = [{ name: 'data8', baseline: 0 }];
  const options = { pools, unknownPools: 'problem', descriptionBytes: 1_000 } as const;
  const { bookings, problems } = readBookings({ title: 'A class', description: line }, options);
  return [
    ...bookings.map(({ pool, count }) => `books ${pool} ${count}`),
    ...problems.map(({ message, example }) => `not understood: ${message}; right: ${example}`),
  ].join('\n');
}

describe('the rules', () => {
  it('name tests that are there', () => {
    const files = RULES.flatMap(({ playedIn = [] }) => playedIn);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('know nothing of a command that nobody has looked at', () => {
    const [command] = fencedCommands('```bash\nterraform apply\n```\n');
    expect(ruleFor(command as ShownCommand)).toBeUndefined();
  });
});
