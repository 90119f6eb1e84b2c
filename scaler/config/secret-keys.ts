// Which settings hold a secret: a calendar's address, a user name, a password, a token. What was typed under them is never
// shown, whatever it is: a secret typed in place of a reference to a Secret (`passwordFrom: hunter2`) is one, too.
import type { Path } from './source.ts';

const SECRET_KEY = /^(calendarUrl|url|username|password|token)|From$/;

/** Is this the path of a secret, or of something inside one? */
export function isSecretPath(path: Path): boolean {
  if (path.some(isSecretKey)) return true;
  // An address typed in place of a calendar: `calendars: [host.example.edu/...]`.
  return path.at(0) === 'calendars' && path.length <= 2;
}

/** A key that was typed inside a secret, and is not one of the words that belong there. */
export function isHiddenKey(parent: Path, step: PropertyKey): boolean {
  return parent.some(isSecretKey) && step !== 'secret' && step !== 'key';
}

function isSecretKey(step: PropertyKey): boolean {
  return typeof step === 'string' && SECRET_KEY.test(step);
}

/** Typed in the wrong place, it is a secret all the same. */
export function looksLikeAddress(typed: string): boolean {
  return typed.includes('://');
}
