// The bytes of a feed as text that can be searched fast: one character per byte of UTF-8, so that lines are found and
// unfolded before anything is decoded (a fold may stand inside the bytes of one letter, RFC 5545 3.1). `decodeBytes`
// turns an unfolded piece into real text. Which encoding: byte order mark, then the charset of Content-Type, then
// UTF-8 where every byte fits, else windows-1252.

import { isUtf8 } from 'node:buffer';

export interface BodyText {
  /** One character (0 to 255) per byte of UTF-8. */
  bytes: string;
  /** What was wrong with the encoding, a sentence. */
  warning?: string;
}

export function bodyText(body: Uint8Array, contentType: string | undefined): BodyText {
  const mark = byteOrderMark(body);
  const declared = mark ?? declaredCharset(contentType);
  const rest = mark === 'utf-8' ? body.subarray(3) : body;
  if (declared !== undefined && declared !== 'utf-8') {
    const decoder = decoderOf(declared);
    if (decoder) return { bytes: latin1(Buffer.from(decoder.decode(rest))) };
  }
  const buffer = Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength);
  if (isUtf8(buffer)) return { bytes: latin1(buffer) };
  const bytes = latin1(buffer);
  if (isUtf8(Buffer.from(unfold(bytes), 'latin1'))) return { bytes };
  if (declared === 'utf-8') {
    return { bytes, warning: 'the feed says it is UTF-8, but some bytes are not; they are shown as �' };
  }
  return {
    bytes: latin1(Buffer.from(new TextDecoder('windows-1252').decode(rest))),
    warning: 'the feed names no encoding and is not UTF-8; it is read as windows-1252',
  };
}

/** Joins folded lines: a line break and the one blank or tab after it are nothing (RFC 5545 3.1). */
export function unfold(bytes: string): string {
  return bytes.includes('\n') ? bytes.replace(/\r{0,2}\n[ \t]/g, '') : bytes;
}

/** Real text of an unfolded piece. */
export function decodeBytes(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every byte below 128 is a letter of its own
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

function latin1(buffer: Buffer): string {
  return buffer.toString('latin1');
}

function byteOrderMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return undefined;
}

function declaredCharset(contentType: string | undefined): string | undefined {
  const label = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  return label === 'utf8' ? 'utf-8' : label;
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined; // a charset nobody knows: judged by the bytes
  }
}
