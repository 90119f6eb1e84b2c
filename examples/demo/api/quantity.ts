// Kubernetes quantities as the API server treats them: read exactly, written back in the canonical form
// (`1000m` becomes `1`, `1024Mi` becomes `1Gi`). Counted in thousandths so that `100m` is a whole number.

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'];

interface Read {
  thousandths: bigint;
  binary: boolean;
}

function read(text: string): Read {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(text);
  if (!found || (found[2] === '' && !found[3])) {
    throw new Error(`quantities must match a number with a suffix such as 500m, 2 or 16Gi, got "${text}"`);
  }
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = found;
  let numerator = BigInt(`${whole}${fraction}`) * 1000n;
  let denominator = 10n ** BigInt(fraction.length);
  const power = exponent
    ? Number(exponent.slice(1))
    : suffix === 'n'
      ? -9
      : suffix === 'u'
        ? -6
        : (Math.max(DECIMAL.indexOf(suffix), 0) - 1) * 3;
  const binary = BINARY.indexOf(suffix);
  if (suffix !== '' && binary > 0) numerator *= 1024n ** BigInt(binary);
  else if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  // Rounded up to a thousandth, as the API does with what is finer.
  const thousandths = (numerator + denominator - 1n) / denominator;
  return { thousandths: sign === '-' ? -thousandths : thousandths, binary: binary > 0 };
}

/** In thousandths of the base unit: `1` cpu is 1000, `1Ki` is 1,024,000. Throws on text that is no quantity. */
export function thousandths(text: string | number | undefined): number {
  return text === undefined ? 0 : Number(read(String(text)).thousandths);
}

export function canonical(text: string | number): string {
  const { thousandths: value, binary } = read(String(text));
  if (value === 0n) return '0';
  if (binary && value % 1000n === 0n) {
    let rest = value / 1000n;
    let power = 0;
    while (rest % 1024n === 0n && power < BINARY.length - 1) {
      rest /= 1024n;
      power += 1;
    }
    return `${rest}${BINARY[power]}`;
  }
  let rest = value;
  let power = 0;
  while (rest % 1000n === 0n && power < DECIMAL.length - 1) {
    rest /= 1000n;
    power += 1;
  }
  return `${rest}${DECIMAL[power]}`;
}
