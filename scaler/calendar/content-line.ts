// One unfolded content line (RFC 5545 3.1): NAME;PARAMETER=value;OTHER="quoted: value":VALUE, and the text inside it.
// Values of parameters know the carets of RFC 6868.

export interface ContentLine {
  /** Upper case. */
  name: string;
  /** Names in upper case; quotes taken off, carets resolved. The first of several with one name counts. */
  parameters: Map<string, string>;
  value: string;
}

/** Reads a line; `undefined` when it has no colon. Throws `TooManyParameters`. */
export function parseLine(line: string, mostParameters: number): ContentLine | undefined {
  const nameEnd = line.search(/[;:]/);
  if (nameEnd < 0) return undefined;
  const name = line.slice(0, nameEnd).trim().toUpperCase();
  const parameters = new Map<string, string>();
  let at = nameEnd;
  let count = 0;
  while (line[at] === ';') {
    if (++count > mostParameters) throw new TooManyParameters();
    let end = parameterEnd(line, at + 1);
    if (end < 0) return undefined;
    if (line[end] === ':' && /^\s*TZID\s*=/i.test(line.slice(at + 1, at + 16))) end = zoneNameEnd(line, end);
    const text = line.slice(at + 1, end);
    const equals = text.indexOf('=');
    const key = (equals < 0 ? text : text.slice(0, equals)).trim().toUpperCase();
    if (!parameters.has(key)) parameters.set(key, equals < 0 ? '' : parameterValue(text.slice(equals + 1)));
    at = end;
  }
  return { name, parameters, value: line.slice(at + 1) };
}

export class TooManyParameters extends Error {}

/** Where a parameter that begins at `from` ends: at the next `;` or `:` outside quotes. */
function parameterEnd(line: string, from: number): number {
  let quoted = false;
  let firstColon = -1;
  for (let at = from; at < line.length; at++) {
    const char = line.charCodeAt(at);
    if (char === 34) quoted = !quoted;
    else if (char === 58 && firstColon < 0) firstColon = at;
    if (!quoted && (char === 58 || char === 59)) return at;
  }
  return firstColon; // a quote that nobody closes is a letter like others
}

/**
 * Where a TZID ends whose first colon is at `colon`. Programs write names that have one without quotes, such as
 * `TZID=(UTC+01:00) Berlin:20261123T090000`: then the value begins at the last colon before a date.
 */
function zoneNameEnd(line: string, colon: number): number {
  const rest = line.slice(colon);
  if (/^:\s*\d{8}(?!\d)[^:]*$/.test(rest)) return colon;
  const value = rest.search(/:\s*\d{8}(?!\d)[^:]*$/);
  if (value < 0) return colon;
  const next = rest.slice(0, value).search(/;[a-z-]+=/i);
  return colon + (next < 0 ? value : next);
}

function parameterValue(text: string): string {
  const plain = text.trim().replaceAll('"', '');
  return plain.includes('^')
    ? plain.replace(/\^([n^'])/g, (_, char) => (char === 'n' ? '\n' : char === '^' ? '^' : '"'))
    : plain;
}

/** A TEXT value as the person typed it (RFC 5545 3.3.11), in one pass: `\\n` is a backslash and an n. */
export function unescapeText(value: string): string {
  return value.includes('\\')
    ? value.replace(/\\([\\;,nN])/g, (_, char) => (char === 'n' || char === 'N' ? '\n' : char))
    : value;
}
