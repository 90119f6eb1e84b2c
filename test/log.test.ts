import { describe, expect, it } from 'vitest';
import { openLog } from '../scaler/log.ts';
import type { Ink } from '../scaler/terminal/ink.ts';

function logged(format: 'json' | 'text', fields: object): string {
  const lines: string[] = [];
  openLog('info', { format, stream: { write: (line) => lines.push(line) } }).info(fields, 'written');
  return lines.join('');
}

describe('a log line', () => {
  it('is JSON for machines, with the words of the level and an ISO time', () => {
    expect(JSON.parse(logged('json', { pool: 'data8' }))).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pool: 'data8',
      msg: 'written',
    });
  });

  it('is text for a person', () => {
    const line = logged('text', { pool: 'data8', why: ['scale'], to: 3, sentence: 'books 3 -> 3' });
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d info {2}written {6}pool=data8 why=scale to=3 sentence="books 3 -> 3"\n$/,
    );
  });

  it('has warnings and errors in their colours where these are wanted', () => {
    const lines: string[] = [];
    const ink: Ink = (meaning, text) => `<${meaning}>${text}</>`;
    const log = openLog('info', { format: 'text', ink, stream: { write: (line) => lines.push(line) } });
    log.warn({}, 'problem');
    log.error({}, 'write failed');
    log.info({}, 'decided');
    expect(lines.map((line) => line.slice(9).trim())).toEqual([
      '<warning>warn </> problem',
      '<error>error</> write failed',
      'info  decided',
    ]);
  });

  it('never shows what is secret, even when someone hands it in', () => {
    const line = logged('json', {
      feed: { url: 'https://x/secret-token', password: 'hunter2' },
      url: 'https://y/secret-token',
    });
    expect(line).not.toMatch(/secret-token|hunter2/);
  });
});
