// What the documents name is there: files and folders, headings that are linked to, settings, metrics, alerts, commands
// and their options. Each document is looked at by itself, and each failure names the words.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchors, blocks, deadLinks, paths, ROOT, spans, tableUnder, textOf } from './support/documents.ts';
import { isSetting, namedSettings, OTHERS, SETTINGS, unknownKeys } from './support/named-settings.ts';

const DOCUMENTS = [
  'README.md',
  'chart/README.md',
  'examples/calendars/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const metrics = new Set(
  [...textOf('docs/metrics.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name as string),
);
const chartText = readdirSync(join(ROOT, 'chart'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ya?ml|tpl|json)$/.test(name))
  .map((name) => textOf(`chart/${name}`))
  .join('\n');
const alerts = new Set([...chartText.matchAll(/\balert: (\w+)/g)].map(([, name]) => name as string));

describe.each(DOCUMENTS)('%s', (document) => {
  const text = textOf(document);

  it('links to what is there', () => {
    expect(deadLinks(document)).toEqual([]);
  });

  it('names files and folders that are there', () => {
    expect(paths(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names settings that there are', () => {
    expect(namedSettings(text).filter((name) => !isSetting(name) && !OTHERS.has(name))).toEqual([]);
    expect(blocks(text, 'yaml').flatMap(unknownKeys)).toEqual([]);
  });

  it('names metrics and alerts that there are', () => {
    const named = text.match(/\bnode_placeholder_\w+/g) ?? [];
    expect(
      named.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !metrics.has(name)),
    ).toEqual([]);
    const rules = text.match(/\bNodePlaceholder[A-Z]\w+/g) ?? [];
    expect(rules.filter((name) => !alerts.has(name))).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

/** Command lines of the scaler in all documents, continued lines joined. */
const COMMANDS = DOCUMENTS.flatMap((document) =>
  blocks(textOf(document), 'bash')
    .flatMap((block) => block.replace(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => /scaler\/main\.ts (.*)/.exec(line)?.[1] ?? []),
);
const VERBS = [...new Set(COMMANDS.map((command) => /^\w+/.exec(command)?.[0] as string))];

describe('the commands in the documents', () => {
  it.each(VERBS)('are given options that they have: %s', (verb) => {
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'scaler/main.ts'), verb, '--help'], {
      encoding: 'utf8',
    });
    const known: string[] = stdout.match(/--[a-z-]+/g) ?? [];
    const used = COMMANDS.filter((command) => command.startsWith(`${verb} `)).flatMap((command) =>
      (command.match(/(?<= )--[a-z-]+/g) ?? []).map((option) => option),
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((option) => !known.includes(option))).toEqual([]);
  });
});

describe('what happens when something fails, in docs/operators.md', () => {
  const rows = tableUnder(textOf('docs/operators.md'), '## What happens when');

  it.each(rows)('is what its tests look at: %s', (_what, _does, seen = '', playedIn = '') => {
    const tests = [...playedIn.matchAll(/\]\(\.\.\/([^)]+)\)/g)]
      .map(([, path]) => textOf(path as string))
      .join('\n');
    const words = spans(seen).map((word) => word.replace('node_placeholder_', ''));
    expect(tests).not.toBe('');
    expect(words.filter((word) => !tests.includes(word))).toEqual([]);
  });
});

describe('what these tests look for', () => {
  const sample = `
# One thing: two
\`scaler/pass.ts\`, \`scaler/no-such-file.ts\`, \`leadTime\`, \`leedTime: 10m\`, \`page.enabled\`, \`page.enable\`, \`data8: 3\`
\`\`\`bash
npx node scaler/main.ts plan --values examples/values/nowhere.yaml
\`\`\`
`;

  it('is found', () => {
    expect(paths(sample)).toEqual([
      'scaler/pass.ts',
      'scaler/no-such-file.ts',
      'scaler/main.ts',
      'examples/values/nowhere.yaml',
    ]);
    expect(namedSettings(sample)).toEqual(['leadTime', 'leedTime', 'page.enabled', 'page.enable']);
    expect(namedSettings(sample).filter((name) => !isSetting(name))).toEqual(['leedTime', 'page.enable']);
    expect(anchors(sample)).toEqual(['one-thing-two']);
    expect(unknownKeys('leadTime: 10m\nleedTime: 5m\n')).toEqual(['leedTime']);
    expect(COMMANDS.length).toBeGreaterThan(3);
    expect(SETTINGS.has('nodePools.NAME.maxReplicas')).toBe(true);
  });

  it('allows no word of others that nobody uses', () => {
    const named = new Set(DOCUMENTS.flatMap((document) => namedSettings(textOf(document))));
    expect([...OTHERS].filter((name) => !named.has(name) || isSetting(name))).toEqual([]);
  });
});
