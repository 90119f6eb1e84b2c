import { describe, expect, it } from 'vitest';
import { progressOn } from '../../scaler/terminal/progress.ts';
import { manualClock } from '../support/manual-clock.ts';

const ERASE = '\r\u001b[K';

function open(more: { isTTY?: boolean; columns?: number } = {}, term = 'xterm') {
  const clock = manualClock();
  const written: string[] = [];
  const stream = { isTTY: true, columns: 80, write: (text: string) => written.push(text), ...more };
  return { clock, written, progress: progressOn(stream, clock, { term }) };
}

describe('progress', () => {
  it('shows nothing of work that takes a moment only', async () => {
    const { clock, written, progress } = open();
    progress.say('waiting for calendar.example.edu');
    await clock.advance(200);
    progress.end();
    await clock.advance(5_000);
    expect(written).toEqual([]);
    expect(clock.waiting()).toBe(0);
  });

  it('is one line that is rewritten every second, and erased in the end', async () => {
    const { clock, written, progress } = open();
    progress.say('waiting for calendar.example.edu');
    await clock.advance(2_300);
    progress.say('reading 4.2 MB');
    progress.end();
    expect(written).toEqual([
      `${ERASE}waiting for calendar.example.edu ...`,
      `${ERASE}waiting for calendar.example.edu, 1 s ...`,
      `${ERASE}waiting for calendar.example.edu, 2 s ...`,
      `${ERASE}reading 4.2 MB ...`,
      ERASE,
    ]);
    expect(clock.waiting()).toBe(0);
  });

  it('makes room for lines of a log, and comes back', async () => {
    const { clock, written, progress } = open();
    const log = progress.beside((line) => written.push(line));
    progress.say('reading the cluster');
    log('starting\n');
    await clock.advance(300);
    log('decided\n');
    log('written\n');
    await clock.advance(1_000);
    progress.end();
    log('stopped\n');
    expect(written).toEqual([
      'starting\n',
      `${ERASE}reading the cluster ...`,
      ERASE,
      'decided\n',
      'written\n',
      `${ERASE}reading the cluster, 1 s ...`,
      ERASE,
      'stopped\n',
    ]);
  });

  it('never needs a second line', async () => {
    const { clock, written, progress } = open({ columns: 20 });
    progress.say('waiting for calendar.example.edu');
    await clock.advance(300);
    expect(written).toEqual([`${ERASE}waiting for calend…`]);
    progress.end();
  });

  it.each([
    ['a pipe', { isTTY: false }, 'xterm'],
    ['a dumb terminal', {}, 'dumb'],
  ])('writes nothing to %s', async (_, stream, term) => {
    const { clock, written, progress } = open(stream, term);
    progress.say('waiting');
    await clock.advance(5_000);
    progress.beside((line) => written.push(line))('a line of the log\n');
    progress.end();
    expect(written).toEqual(['a line of the log\n']);
  });
});
