// docs/instructors.md is for people who teach: no word of our trade, and every line that it shows is read as it says.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBookings } from '../scaler/calendar/bookings.ts';

const PAGE = readFileSync(new URL('../docs/instructors.md', import.meta.url), 'utf8');
const POOLS = ['data8', 'stat20'].map((name) => ({ name, baseline: 0 }));

/** Words that nobody outside the trade knows, or knows as something else. */
const TRADE = [
  ...[
    'kubernetes',
    'k8s',
    'kubectl',
    'helm',
    'chart',
    'cluster',
    'namespace',
    'container',
    'docker',
    'image',
  ],
  ...['pod', 'node', 'node pool', 'pool', 'node selector', 'nodeselector', 'label', 'annotation', 'affinity'],
  ...['deployment', 'replica', 'taint', 'toleration', 'daemonset', 'configmap', 'secret', 'priority class'],
  ...[
    'placeholder',
    'headroom',
    'baseline',
    'autoscaler',
    'scaler',
    'scale',
    'preempt',
    'evict',
    'provision',
  ],
  ...['yaml', 'json', 'ical', 'ics', 'icalendar', 'feed', 'api', 'http', 'url', 'utc', 'cron', 'config'],
  ...['prometheus', 'grafana', 'metric', 'cpu', 'memory', 'gpu'],
];

/** Without what stands in code or quotation marks: what people type, and what their programs show. */
const prose = PAGE.replace(/```[\s\S]*?```/g, '')
  .replace(/`[^`]*`/g, '')
  .replace(/"[^"]*"/g, '');

/** One reading per text, as a description. */
function read(text: string) {
  const options = { pools: POOLS, unknownPools: 'problem', descriptionBytes: 16_384 } as const;
  return readBookings({ title: 'A class', description: text }, options);
}

function rowsUnder(head: string): string[][] {
  const from = PAGE.indexOf(head);
  expect(from).toBeGreaterThan(0);
  const table = PAGE.slice(from).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const code = (cell = '') => cell.replaceAll('`', '');

describe('the page for instructors', () => {
  it('has no word of our trade', () => {
    const found = TRADE.filter((word) => new RegExp(`\\b${word}(s|es|ed|ing)?\\b`, 'i').test(prose));
    // Said once, to explain what the subscribed calendar calls a machine.
    expect(found).toEqual(['node']);
    expect(prose.match(/\bnodes?\b/gi)).toEqual(['node']);
    expect(prose).toContain('calls a machine a node');
  });

  it('fits on one page', () => {
    expect(PAGE.split('\n').length).toBeLessThan(110);
  });

  it('calls understood what is understood', () => {
    const sentence = /All of these are understood: ([\s\S]*?)\. Several/.exec(PAGE)?.[1] ?? '';
    const lines = [...sentence.matchAll(/`([^`]+)`/g)].map(([, line]) => line as string);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      const { bookings, problems } = read(line);
      expect([line, bookings, problems]).toEqual([
        line,
        [expect.objectContaining({ pool: 'data8', count: 3 })],
        [],
      ]);
    }
  });

  it('divides right', () => {
    const rows = rowsUnder('| you expect |');
    expect(rows).toHaveLength(3);
    for (const [people, each, write] of rows) {
      const machines = Math.ceil(Number.parseInt(people ?? '', 10) / Number(each));
      expect(code(write)).toBe(`data8: ${machines}`);
    }
  });

  it.each(rowsUnder('| you wrote |'))('says what is wrong as the scaler does: %s', (wrote, _, write) => {
    const { bookings, problems } = read(code(wrote));
    expect(bookings).toEqual([]);
    expect(problems.map(({ example }) => example)).toEqual([code(write)]);
  });
});
