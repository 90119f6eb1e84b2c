import { describe, expect, it } from 'vitest';
import { loadConfig } from '../scaler/config/load.ts';
import type { Config } from '../scaler/config/schema.ts';
import { putInForce } from '../scaler/put-in-force.ts';

const config = (grace: number) =>
  loadConfig(`nodeGracePeriod: ${grace}`, { file: 'values.yaml' }).config as Config;
const [old, next] = [config(1), config(2)];

function part(refused?: Config) {
  const given: Config[] = [];
  const reconfigure = (settings: Config) => {
    given.push(settings);
    if (settings === refused) throw new Error('cannot');
  };
  return { given, reconfigure };
}

describe('new values', () => {
  it('are given to every part', () => {
    const parts = [part(), part()];
    expect(putInForce(parts, { next, old })).toBe(next);
    expect(parts.map(({ given }) => given)).toEqual([[next], [next]]);
  });

  it('that one part cannot use are taken back from all that had them', () => {
    const parts = [part(), part(next), part()];
    expect(() => putInForce(parts, { next, old })).toThrow('cannot');
    expect(parts.map(({ given }) => given)).toEqual([[next, old], [next, old], []]);
  });
});
