import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Problem, problemLine } from '../scaler/problem.ts';

const PROBLEM: Problem = {
  code: 'wrong-setting',
  source: 'config',
  severity: 'error',
  where: 'nodePools.data8',
  message: 'expected a pool, got a list',
};
const exampleIn = (line: string) => line.split('; for example: ')[1] as string;

describe('a problem on one line', () => {
  test('shows an example of one line as it is', () => {
    expect(problemLine({ ...PROBLEM, example: 'data8: 3' })).toBe(
      'error: nodePools.data8: expected a pool, got a list; for example: data8: 3',
    );
  });

  test('shows an example of several lines as YAML that fits on one and means the same', () => {
    const example = 'data8:\n  nodeSelector:\n    hub.jupyter.org/pool-name: "8"\n  replicas: 0';
    const shown = exampleIn(problemLine({ ...PROBLEM, example }));
    expect(shown).toBe('{data8: {nodeSelector: {hub.jupyter.org/pool-name: "8"}, replicas: 0}}');
    expect(parse(shown)).toEqual(parse(example));
  });

  test('never breaks, whatever the example is', () => {
    expect(problemLine({ ...PROBLEM, example: 'a: [\n  b' })).not.toContain('\n');
  });
});
