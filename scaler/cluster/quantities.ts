// What a Kubernetes quantity is worth, as an integer of its resource's unit: milli-cpu for cpu, whole bytes or devices
// for everything else. The grammar is that of k8s.io/apimachinery resource.Quantity: a signed decimal number, then a
// binary suffix (Ki..Ei), a decimal one (n u m k M G T P E) or a decimal exponent (e3, E-3). What does not come out
// even is rounded up (away from zero), as the scheduler's Value() and MilliValue() do. Exact: no floating point.

/** Powers of ten and two that a suffix stands for. */
const SUFFIXES = new Map<string, { ten: number; two: number }>([
  ...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map(
    (s, i) => [s, { ten: 3 * i - 9, two: 0 }] as const,
  ),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((s, i) => [s, { ten: 0, two: 10 * (i + 1) }] as const),
]);

const GRAMMAR = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,18}))?$/;

/** Larger amounts than this do not exist; they are cut to it, as Kubernetes cuts to the largest int64. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The amount in units of 1 (`scale` 0) or of a thousandth (`scale` 3); undefined when the text is no quantity. */
export function readQuantity(text: unknown, scale: 0 | 3 = 0): number | undefined {
  if (typeof text === 'number') text = String(text);
  if (typeof text !== 'string') return undefined;
  return quick(text, scale) ?? exact(text, scale);
}

/** Milli-cpu: `2` is 2000, `0.1` is 100, `100n` is 1. */
export function readCpuMilli(text: unknown): number | undefined {
  return readQuantity(text, 3);
}

/** Nearly all quantities in a cluster are up to nine digits and one of these suffixes. */
function quick(text: string, scale: number): number | undefined {
  let number = 0;
  let at = 0;
  for (; at < text.length && at < 9; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  if (at === 0) return undefined;
  if (at === text.length) return scale === 3 ? number * 1000 : number;
  if (at === text.length - 1 && text.charCodeAt(at) === 109 /* m */ && scale === 3) return number;
  if (at === text.length - 2 && text.charCodeAt(at + 1) === 105 /* i */ && scale === 0 && number < 1 << 21) {
    const power = 'KMG'.indexOf(text.charAt(at));
    if (power >= 0) return number * 1024 ** (power + 1);
  }
  return undefined;
}

function exact(text: string, scale: number): number | undefined {
  const match = GRAMMAR.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', afterWhole = '', bare = '', suffix = '', exponent = '0'] = match;
  const fraction = afterWhole || bare;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  const { ten, two } = SUFFIXES.get(suffix) as { ten: number; two: number };
  const power = ten + Number(exponent) + scale - fraction.length;
  // Past these bounds the answer is known, and the arithmetic would be large.
  const amount =
    digits.length + power + two * 0.302 > 20
      ? LARGEST
      : digits.length + power + two * 0.302 < -1
        ? 1
        : roundedUp(BigInt(digits) * 2n ** BigInt(two), power);
  return sign === '-' ? -amount : amount;
}

/** number * 10^power, at most LARGEST. */
function roundedUp(number: bigint, power: number): number {
  const product = power >= 0 ? number * 10n ** BigInt(power) : dividedUp(number, 10n ** BigInt(-power));
  return product > BigInt(LARGEST) ? LARGEST : Number(product);
}

function dividedUp(number: bigint, by: bigint): bigint {
  return (number + by - 1n) / by;
}
