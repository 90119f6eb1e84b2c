// What a body is when it is plainly no calendar: a login page, JSON, an archive, nothing. Looked at before a worker is
// started, because these have causes that a person can fix. Anything else is left to the reader of events.

export interface NotACalendar {
  code: 'feed-empty' | 'feed-html' | 'feed-json' | 'feed-binary' | 'feed-not-calendar';
  message: string;
}

const HEAD_BYTES = 4096;

/** Undefined when the body may be a calendar; `head` is its beginning (all of it when `whole`). */
export function notACalendar(head: Uint8Array, whole: { bytes: number }): NotACalendar | undefined {
  const start = head.subarray(0, HEAD_BYTES);
  if (whole.bytes === 0) return { code: 'feed-empty', message: 'expected a calendar, got an empty body' };
  if ((start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0xff && start[1] === 0xfe)) return undefined; // UTF-16: the reader decides
  if (start[0] === 0x1f && start[1] === 0x8b) return binary('a gzip file');
  if (start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03) return binary('a zip file');
  const text = Buffer.from(start.buffer, start.byteOffset, start.byteLength)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (text === '' && whole.bytes <= HEAD_BYTES)
    return { code: 'feed-empty', message: 'expected a calendar, got only blanks' };
  if (/BEGIN:VCALENDAR/i.test(text)) return undefined;
  if (/^<(!doctype html|html|head|body|script|meta)/i.test(text) || /<html[\s>]/i.test(text))
    return page(text);
  if (text.startsWith('<'))
    return { code: 'feed-not-calendar', message: 'expected a calendar, got XML or HTML' };
  if (/^[{[]/.test(text)) return { code: 'feed-json', message: 'expected a calendar, got JSON' };
  if (text.includes('\u0000')) return binary('binary data');
  return undefined;
}

function page(text: string): NotACalendar {
  const login = /sign[ -]?in|log[ -]?in|password|passwort|saml|shibboleth|oauth/i.test(text);
  const what = login
    ? 'a login page: the address is not public, or its secret is no longer valid'
    : 'an HTML page';
  return { code: 'feed-html', message: `expected a calendar, got ${what}` };
}

function binary(what: string): NotACalendar {
  return { code: 'feed-binary', message: `expected a calendar, got ${what}` };
}
