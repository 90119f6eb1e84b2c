import { describe, expect, it } from 'vitest';
import { draw } from '../../examples/demo/screen/draw.ts';
import { linesShow } from '../../examples/demo/screen/lines.ts';
import { padTo, widthOf, wrap } from '../../examples/demo/screen/paint.ts';
import { summary } from '../../examples/demo/screen/summary.ts';
import { terminalShow } from '../../examples/demo/screen/terminal.ts';
import { DATA8 } from '../../examples/demo/story/story.ts';
import { node, side, view } from './views.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for.
const plain = (line: string) => line.replace(/\u001b\[[0-9;]*m/g, '');
const picture = (said: Parameters<typeof view>[0], size = { columns: 100, rows: 30 }) =>
  draw(view(said), size).map(plain).join('\n');

describe('the picture', () => {
  it.each([
    [80, 24],
    [100, 30],
    [200, 60],
  ])('fits into %d columns and %d rows, whatever there is to show', (columns, rows) => {
    const many = Array.from({ length: 40 }, (_, index) => node({ name: `data8-${index}`, users: index }));
    const decision = { count: 5, reason: 'booked', sentence: 'a long sentence '.repeat(40) };
    const lines = draw(view({ sides: [side({ nodes: many, decision }), side({ name: 'without' })] }), {
      columns,
      rows,
    });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map(widthOf))).toBeLessThan(columns);
    expect(lines.map(plain).join('\n')).toContain('nodes more');
  });

  it("shows the scaler's own sentence, and the booking once it was typed", () => {
    const decision = { count: 5, reason: 'headroom', sentence: '1 of 1 node has room -> 5' };
    const typed = picture({ sides: [side({ decision }), side({ name: 'without' })] });
    expect(typed).toContain('scaler: 5 headroom: 1 of 1 node has room -> 5');
    expect(typed).toContain('calendar: "Data 8 lecture"  data8: 6');
    expect(picture({ elapsedMs: 0 })).not.toContain('data8: 6');
  });

  it.each([
    ['students and free seats', node({ users: 20 }), '20 of 45 seats'],
    ['a placeholder that keeps it warm', node({ placeholder: true }), 'spare, warm'],
    [
      'a boot and how long it takes',
      node({ state: 'booting', booted: 0.5, joinsInMs: 75_000 }),
      'boots, 1:15 left',
    ],
    ['that its images are pulled', node({ state: 'pulling' }), 'new, pulls image'],
    ['when the autoscaler takes it', node({ goesInMs: 432_000 }), 'empty, goes in 7:12'],
  ])('of a node shows %s', (_, row, text) => {
    expect(picture({ sides: [side({ nodes: [row] }), side({ name: 'without' })] })).toContain(text);
  });

  it('says that time is shortened, that the cluster is simulated, and who waits', () => {
    const waiting = side({ name: 'without', loggedIn: 100, waiting: 60 });
    const text = picture({ sides: [side(), waiting] });
    expect(text).toContain('simulated clusters, real scalers, 12 times as fast');
    expect(text).toContain('40 of 250 students in, 60 waiting');
    expect(text).toContain('class +1:30');
  });
});

describe('the terminal', () => {
  it('is given back as it was, once', () => {
    const written: string[] = [];
    const show = terminalShow({ write: (text) => written.push(text), columns: 80, rows: 24 });
    show.frame(view());
    show.frame(view());
    show.close();
    show.close();
    const all = written.join('');
    expect(all.split('\u001b[?1049h')).toHaveLength(2);
    expect(all.split('\u001b[?1049l')).toHaveLength(2);
  });
});

describe('the plain lines', () => {
  it('say what changed and nothing twice', () => {
    const lines: string[] = [];
    const show = linesShow((line) => lines.push(line));
    const decision = { count: 5, reason: 'booked', sentence: 'event books 6 -> 5' };
    const said = { sides: [side({ decision })] };
    show.frame(view(said));
    const first = lines.length;
    show.frame(view(said));
    show.frame(view({ ...said, elapsedMs: DATA8.classAtMs + 200_000 }));
    expect(lines[1]).toBe('class  +1:30  with     the scaler decides 5 booked: event books 6 -> 5');
    expect(first).toBe(3);
    expect(lines).toHaveLength(first);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none.
    expect(lines.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('the summary', () => {
  it('puts both runs side by side, in 80 columns, and says what the booking cost', () => {
    const base = { logins: 250, never: 0, starting: 0, medianWaitMs: 2_000, mostNodes: 12 };
    const outcomes = {
      with: { ...base, atOnce: 250, longestWaitMs: 6_000, nodeMinutes: 203.2 },
      without: { ...base, atOnce: 40, longestWaitMs: 190_000, nodeMinutes: 101.6 },
    };
    const lines = summary(outcomes, DATA8);
    const text = lines.join('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/landed at once \(within 15 s\) +250 +40\n/);
    expect(text).toMatch(/longest wait +0:06 +3:10\n/);
    expect(text).toContain(
      'The booking cost 101 node-minutes more and let 210 more students start at\nonce.',
    );
    expect(text).toContain('all but the scaler ran 12 times as fast');
  });
});

describe('text on a terminal', () => {
  it('is padded and cut by the columns it takes', () => {
    expect(padTo('ab', 4)).toBe('ab  ');
    expect(padTo('abcdef', 4)).toBe('abc…');
    expect(padTo('試験', 6)).toBe('試験  ');
    expect(padTo('試験の日', 4)).toBe('試… ');
    expect(widthOf(padTo('\u001b[31mab\u001b[0m', 4))).toBe(4);
  });

  it('is wrapped at blanks into exactly as many lines as there are', () => {
    expect(wrap('one two three', 8, 3)).toEqual(['one two ', 'three   ', '        ']);
    expect(wrap('one two three four', 8, 2)).toEqual(['one two ', 'three f…']);
  });
});
