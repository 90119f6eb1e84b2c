// Kubernetes label selectors: the text form that kubectl and `placeholderPodLabelSelector` use, and the requirements
// that node affinity is made of (k8s.io/apimachinery pkg/labels). A requirement on a missing label is true for `!=`,
// `notin` and `!key`, false for everything else.

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

export interface Requirement {
  key: string;
  operator: Operator;
  values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** True when every requirement holds; no requirement at all matches everything. */
export function matches(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
  return requirements.every((requirement) => holds(requirement, labels?.[requirement.key]));
}

function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compare(value, values[0], (a, b) => a > b);
    case 'Lt':
      return compare(value, values[0], (a, b) => a < b);
  }
}

const INTEGER = /^[+-]?\d{1,18}$/;

/** Whole numbers on both sides, else false. */
function compare(
  value: string | undefined,
  bound: string | undefined,
  order: (a: bigint, b: bigint) => boolean,
): boolean {
  if (value === undefined || bound === undefined || !INTEGER.test(value) || !INTEGER.test(bound))
    return false;
  return order(BigInt(value.replace(/^\+/, '')), BigInt(bound.replace(/^\+/, '')));
}

export const LABEL_KEY =
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
export const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** A part of a selector that cannot be read, and what it was expected to be. */
export class UnreadableSelector extends SyntaxError {
  readonly part: string;
  readonly expected: string;

  constructor(part: string, expected: string) {
    super(`label selector "${part}": expected ${expected}`);
    this.part = part;
    this.expected = expected;
  }
}

/**
 * `app=x,component in (a, b),tier!=core,!debug,partition,weight>3`: the requirements, all of which must hold.
 * Throws an UnreadableSelector with the part it could not read. Empty text gives no requirements.
 */
export function parseSelector(text: string): Requirement[] {
  return splitAtCommas(text).map(parseRequirement);
}

function parseRequirement(part: string): Requirement {
  const absent = /^!\s*([^\s!=<>(),]+)$/.exec(part);
  if (absent) return { key: checkedKey(absent[1] as string, part), operator: 'DoesNotExist', values: [] };
  const set = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set) {
    const values = (set[3] as string).split(',').map((value) => checkedValue(value.trim(), part));
    return { key: checkedKey(set[1] as string, part), operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equal = /^([^\s!=<>(),]+)\s*(==|=|!=)\s*([^\s!=<>(),]*)$/.exec(part);
  if (equal) {
    const values = [checkedValue(equal[3] as string, part)];
    return {
      key: checkedKey(equal[1] as string, part),
      operator: equal[2] === '!=' ? 'NotIn' : 'In',
      values,
    };
  }
  const bound = /^([^\s!=<>(),]+)\s*([<>])\s*([^\s!=<>(),]+)$/.exec(part);
  if (bound && INTEGER.test(bound[3] as string)) {
    const operator = bound[2] === '>' ? 'Gt' : 'Lt';
    return { key: checkedKey(bound[1] as string, part), operator, values: [bound[3] as string] };
  }
  if (!/[\s!=<>()]/.test(part)) return { key: checkedKey(part, part), operator: 'Exists', values: [] };
  throw new UnreadableSelector(
    part,
    'one of  key=value  key!=value  key in (a, b)  key notin (a, b)  key  !key  key>3',
  );
}

/** At commas that are not between parentheses. An empty part (`a=b,`) is an error; empty text is not. */
function splitAtCommas(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.includes('')) throw new UnreadableSelector(text, 'something on both sides of each comma');
  return parts;
}

function checkedKey(key: string, part: string): string {
  if (!LABEL_KEY.test(key))
    throw new UnreadableSelector(part, `a label key such as app or hub.jupyter.org/pool-name, not "${key}"`);
  return key;
}

function checkedValue(value: string, part: string): string {
  if (!LABEL_VALUE.test(value))
    throw new UnreadableSelector(
      part,
      `a label value (up to 63 letters, digits, - _ . with a letter or digit at both ends), not "${value}"`,
    );
  return value;
}
