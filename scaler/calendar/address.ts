// What a feed's address leads to: something on the web (credentials taken out of it), a file, or nothing that can be a
// feed. Which kinds of address are meant is settled where settings are read (config/address.ts); here it also holds for
// an address from the command line. The address of a calendar is a secret, so only its host may be shown.
import { fileURLToPath } from 'node:url';
import { type Address, readAddress } from '../config/address.ts';

export type FeedAddress =
  | { kind: 'web'; url: URL; host: string; auth?: { username: string; password: string } }
  | { kind: 'file'; path: string; host: 'file' }
  | { kind: 'refused'; host: string; message: string; example: string };

/** Reads an http(s), webcal or file address, or a plain path. Never throws. */
export function feedAddress(text: string): FeedAddress {
  if (text.trim() === '') {
    const message = 'expected the address of a calendar, got none';
    return { kind: 'refused', host: 'no address', message, example: 'https://calendar.example.org/team.ics' };
  }
  const read = readSafely(text);
  if ('refused' in read) {
    const host = URL.parse(text.trim())?.host;
    return {
      kind: 'refused',
      host: host || 'no host',
      message: `expected ${read.refused}`,
      example: read.example,
    };
  }
  if (/^file:\/\//i.test(read.url)) return fileAddress(read.url);
  const url = /^https?:\/\//i.test(read.url) ? URL.parse(read.url) : null;
  if (url === null) return { kind: 'file', path: read.url, host: 'file' };
  const bare = withoutSecretParts(url);
  return { kind: 'web', url: bare, host: bare.host, ...(read.auth === undefined ? {} : { auth: read.auth }) };
}

/** The host of an address, `file` for files: the only part of it that may be shown. */
export function feedHost(text: string): string {
  return feedAddress(text).host;
}

/** An address as it may be asked for: credentials go into a header, and a fragment is never sent. */
export function withoutSecretParts(address: URL): URL {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/** Credentials in an address may be written so that they cannot be decoded. */
function readSafely(text: string): Address {
  try {
    return readAddress(text);
  } catch {
    return {
      refused: 'user name and password in the address percent-encoded, got other text',
      example: 'https://name:p%40ssword@calendar.example.org/team.ics',
    };
  }
}

function fileAddress(address: string): FeedAddress {
  try {
    return { kind: 'file', path: fileURLToPath(address), host: 'file' };
  } catch {
    const message = 'expected a file address with three slashes and a whole path, got another';
    return { kind: 'refused', host: 'file', message, example: 'file:///etc/calendar/team.ics' };
  }
}
