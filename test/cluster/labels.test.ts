import { describe, expect, it } from 'vitest';
import { matches, parseSelector } from '../../scaler/cluster/labels.ts';

const labels = {
  app: 'hub',
  component: 'placeholder',
  tier: '',
  weight: '5',
  'hub.jupyter.org/pool-name': 'data8-pool',
};

describe('a label selector', () => {
  it.each<[string, boolean]>([
    ['app=hub', true],
    ['app==hub', true],
    ['app = hub', true],
    ['app=other', false],
    ['missing=x', false],
    ['tier=', true],
    ['missing=', false],
    ['app!=other', true],
    ['app!=hub', false],
    ['missing!=x', true],
    ['app in (hub, proxy)', true],
    ['app in (proxy)', false],
    ['missing in (x)', false],
    ['app notin (proxy)', true],
    ['app notin (hub,proxy)', false],
    ['missing notin (x)', true],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['! missing', true],
    ['!app', false],
    ['weight>4', true],
    ['weight>5', false],
    ['weight<6', true],
    ['app>1', false],
    ['missing<9', false],
    ['app=hub,component=placeholder', true],
    [' app=hub , component in (a, placeholder) ,!debug', true],
    ['app=hub,component=other', false],
    ['hub.jupyter.org/pool-name=data8-pool', true],
    ['', true],
    ['  ', true],
  ])('%s matches: %s', (text, expected) => {
    expect(matches(parseSelector(text), labels)).toBe(expected);
  });

  it('is refused with the part that cannot be read and the forms that can', () => {
    for (const text of [
      'app=hub,',
      ',',
      'app=a=b',
      'app in hub',
      'app in (a',
      'app is hub',
      '=x',
      'app=ü',
      'a/b/c=x',
      'w>x',
      '!',
    ]) {
      expect(() => parseSelector(text), text).toThrow(SyntaxError);
    }
    expect(() => parseSelector('app=hub,app is x')).toThrow(
      /label selector "app is x": expected one of {2}key=value/,
    );
  });
});
