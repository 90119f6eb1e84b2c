// Who may see what is published: whoever has the token, as `Authorization: Bearer ...`, or as `?token=...`, because
// calendar apps can only be given an address. The token stands in a file (a mounted Secret), read again at each request,
// so that a new one counts at once. No file, or one that is too short to be a secret, lets nobody in.
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Shorter ones can be guessed. */
export const SHORTEST_TOKEN = 16;

export type TokenReading = { token: string } | { problem: string };

export async function readToken(file: string): Promise<TokenReading> {
  let token: string;
  try {
    token = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `${file}: expected a file with the token of the page, got ${code ?? 'an error'}` };
  }
  if (token.length >= SHORTEST_TOKEN) return { token };
  return {
    problem: `${file}: expected a token of at least ${SHORTEST_TOKEN} characters, got ${token.length}`,
  };
}

/** What was sent as token; a header counts before the address. */
export function sentToken(request: {
  headers: { authorization?: string };
  query: unknown;
}): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const { token } = (request.query ?? {}) as { token?: unknown };
  return typeof token === 'string' ? token : undefined;
}

/** Takes as long whether the first character differs or the last. */
export function isToken(sent: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return sent !== undefined && timingSafeEqual(digest(sent), digest(token));
}
