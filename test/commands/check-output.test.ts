import { describe, expect, it } from 'vitest';
import { checkText, placeOf } from '../../scaler/commands/check-output.ts';
import type { Problem } from '../../scaler/problem.ts';
import { PLAIN } from '../../scaler/terminal/look.ts';

const REPLICAS: Problem = {
  code: 'wrong-setting',
  source: 'config',
  severity: 'error',
  where: 'nodePools.data8.replicas (hub.yaml line 12)',
  message: 'expected a whole number from 0 up, got "50 %"',
  example: 'replicas: 1',
};
const LINE: Problem = {
  code: 'near-booking',
  source: 'booking',
  severity: 'warning',
  feed: 'calendar',
  where: "event 'Data 8: lab, hub.yaml line 3' of 2026-11-24 09:00, line 1",
  message: 'this looks like a booking\u001b[2J',
  line: 'data8 3',
};
const CHECKED = {
  problems: [REPLICAS, LINE],
  unread: [],
  files: ['hubs/common.yaml', 'hubs/hub.yaml'],
  looked: ['hubs/common.yaml', 'hubs/hub.yaml', "calendar 'calendar'"],
  isCutShort: false,
};

describe('what check prints', () => {
  it('for a person is every problem, and what came of it by severity', () => {
    const text = checkText(CHECKED, 'text', PLAIN);
    expect(text).toContain('error: nodePools.data8.replicas (hub.yaml line 12)\n');
    expect(text.split('\n').at(-2)).toBe(
      "hubs/common.yaml, hubs/hub.yaml, calendar 'calendar': 2 problems: 1 error, 1 warning",
    );
  });

  it('is one line when there is nothing to say', () => {
    expect(checkText({ ...CHECKED, problems: [] }, 'text', PLAIN)).toBe(
      "hubs/common.yaml, hubs/hub.yaml, calendar 'calendar': no problems\n",
    );
  });

  it('for a program holds file and line of every setting, and the Secrets that were not at hand', () => {
    const unread = [{ ...REPLICAS, code: 'unread-secret', severity: 'warning' as const }];
    expect(JSON.parse(checkText({ ...CHECKED, unread }, 'json', PLAIN))).toMatchObject({
      looked: CHECKED.looked,
      problems: [
        { file: 'hubs/hub.yaml', line: 12, severity: 'error', code: 'wrong-setting' },
        { severity: 'warning', line: 'data8 3' },
      ],
      unreadSecrets: [{ where: REPLICAS.where }],
    });
  });

  it('for GitHub is an annotation at the file and line, in one line each whatever is in it', () => {
    const [first, second, last] = checkText(CHECKED, 'github', PLAIN).split('\n');
    expect(first).toBe(
      '::error file=hubs/hub.yaml,line=12::nodePools.data8.replicas (hub.yaml line 12): expected a whole number from 0 up, got "50 %25"; for example: replicas: 1',
    );
    expect(second).toMatch(/^::warning::event 'Data 8: lab/);
    expect(last).toContain('2 problems');
  });
});

describe('the place of a problem', () => {
  const at = (where: string, files: string[]) => placeOf({ ...REPLICAS, where }, files);

  it.each([
    ['overlap (values.yaml line 3)', ['a/values.yaml'], { file: 'a/values.yaml', line: 3 }],
    [
      'overlap (b/values.yaml line 3)',
      ['a/values.yaml', 'b/values.yaml'],
      { file: 'b/values.yaml', line: 3 },
    ],
    ['values.yaml line 3, column 9', ['values.yaml'], { file: 'values.yaml', line: 3 }],
    ['values.yaml', ['values.yaml'], { file: 'values.yaml' }],
    ['a.yaml, b.yaml', ['a.yaml', 'b.yaml'], { file: 'a.yaml' }],
    ['overlap', ['values.yaml'], {}],
  ])('%s is found among %j', (where, files, place) => {
    expect(at(where, files)).toEqual(place);
  });

  it('is none for what a stranger typed into a calendar', () => {
    expect(placeOf(LINE, CHECKED.files)).toEqual({});
  });
});
