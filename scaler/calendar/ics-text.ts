// How is a calendar written by RFC 5545? Text escaped (3.3.11), instants in UTC (3.3.5), lines ended by CRLF and folded
// at 75 octets (3.1), never inside a UTF-8 sequence. What the properties mean is known to the caller.

/** Without the line end (RFC 5545, 3.1). */
const LONGEST_LINE = 75;

/** `20261123T165000Z`; seconds are the finest there is. */
export function utcStamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A text value. Control characters other than a line end have no place in it, nor halves of a surrogate pair. */
export function textValue(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** Properties or BEGIN and END lines -> the text of the calendar. */
export function icsText(lines: string[]): string {
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function folded(line: string): string {
  // Every character is at most 4 octets, so most lines need no counting.
  if (line.length * 3 <= LONGEST_LINE || Buffer.byteLength(line) <= LONGEST_LINE) return line;
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LONGEST_LINE) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}
