import { describe, expect, it } from 'vitest';
import { dryRunWriter } from '../../scaler/placeholder/dry-run.ts';
import type { Change } from '../../scaler/plan/changes.ts';
import { manifestOf } from './manifest.ts';

const scale = (to: number): Change => ({
  kind: 'apply',
  pool: 'data8',
  manifest: manifestOf('data8', to),
  why: ['scale'],
  from: 1,
  to,
});

describe('a dry run', () => {
  it('says each difference once, however many passes see it', async () => {
    const lines: unknown[] = [];
    const writer = dryRunWriter({ info: (...line: unknown[]) => void lines.push(line) });
    expect(await writer.write(scale(3))).toEqual({ ok: true, note: 'dry run' });
    await writer.write(scale(3));
    await writer.write(scale(2));
    expect(lines).toEqual([
      [
        { pool: 'data8', deployment: 'data8-placeholder', why: ['scale'], from: 1, to: 3 },
        'dry run: would write',
      ],
      [
        { pool: 'data8', deployment: 'data8-placeholder', why: ['scale'], from: 1, to: 2 },
        'dry run: would write',
      ],
    ]);
  });
});
