// A calendar's address as people paste it -> the address to fetch. webcal is https; the pages that calendars show to
// people are not feeds, and the problem says which address is meant. The address itself is a secret and never shown.

export type Address =
  | { url: string; auth?: { username: string; password: string } }
  | { refused: string; example: string };

const GOOGLE_EXAMPLE = 'https://calendar.google.com/calendar/ical/NAME/public/basic.ics';
const OUTLOOK_EXAMPLE = 'https://outlook.office365.com/owa/calendar/ID/ID/calendar.ics';
const PLAIN_EXAMPLE = 'https://calendar.example.edu/warm-nodes.ics';

export function readAddress(typed: string): Address {
  const text = typed.trim().replace(/^<(.*)>$/, '$1');
  if (/\p{Cc}/u.test(text))
    return { refused: 'an address on one line, got one with a line break', example: PLAIN_EXAMPLE };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    // `host.name/path` was meant as https; `calendars/a.ics`, `./a.ics` and `/a.ics` are files.
    if (/^[\w-]+(\.[\w-]+)+\//.test(text)) {
      return { refused: 'an address that begins with https://, got one without', example: PLAIN_EXAMPLE };
    }
    return { url: text };
  }
  const url = URL.parse(text.replace(/^webcals?:/i, 'https:'));
  if (url === null)
    return { refused: 'an address in iCal format, got one that cannot be read', example: PLAIN_EXAMPLE };
  if (url.protocol === 'file:') return { url: url.href };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return {
      refused: 'an address with https, webcal or file, got one of another kind',
      example: PLAIN_EXAMPLE,
    };
  }
  if (url.hostname === 'calendar.google.com' && !url.pathname.startsWith('/calendar/ical/')) {
    return {
      refused:
        'the "Public address in iCal format" or "Secret address in iCal format" from the calendar\'s settings ' +
        '(Integrate calendar), got the address of the web page that shows the calendar',
      example: GOOGLE_EXAMPLE,
    };
  }
  if (/^outlook\.(office365|office|live)\.com$/.test(url.hostname) && /\.html?$/i.test(url.pathname)) {
    return { refused: 'the ICS link of the published calendar, got its HTML link', example: OUTLOOK_EXAMPLE };
  }
  if (url.username === '' && url.password === '') return { url: url.href };
  const auth = { username: decoded(url.username), password: decoded(url.password) };
  url.username = '';
  url.password = '';
  return { url: url.href, auth };
}

/** A stray percent sign stands for itself: people paste passwords as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
