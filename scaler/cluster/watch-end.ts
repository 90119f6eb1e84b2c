// How a call to the API server ended, and what that is called: the words of the `restarts` metric, and the sentence
// that readiness and the log show. A refusal quotes Kubernetes' own words, never more than a few hundred characters.
import { STATUS_CODES } from 'node:http';

/** Why a watch was opened again; a short fixed list, safe as a metric label. */
export const RESTARTS = ['ended', 'expired', 'silent', 'refused', 'unreachable', 'asked'] as const;
export type Restart = (typeof RESTARTS)[number];

export type WatchEnd =
  /** At its timeoutSeconds, or because the server went away politely. */
  | { kind: 'ended' }
  /** 410: what we have is too old to go on from. */
  | { kind: 'expired' }
  /** No byte for too long. */
  | { kind: 'silent'; text: string }
  /** An HTTP status, or an ERROR event with its code. */
  | { kind: 'refused'; text: string; status: number; retryAfterMs?: number }
  /** Network, timeout, credentials, or an answer that is none. */
  | { kind: 'unreachable'; text: string }
  /** We closed it: settings changed, or the service stops. */
  | { kind: 'asked' };

const LONGEST_TEXT = 300;

/** The part of a v1.Status that is read; a proxy in between may answer with anything. */
export interface Status {
  code?: number;
  reason?: string;
  message?: string;
}

export function asStatus(body: unknown): Status {
  if (typeof body === 'string') {
    try {
      return asStatus(JSON.parse(body));
    } catch {
      return { message: body.replace(/<[^>]*>/g, ' ') };
    }
  }
  return body !== null && typeof body === 'object' ? (body as Status) : {};
}

/** `GET /api/v1/pods: 403 Forbidden: pods is forbidden: User ...` */
export function refusal(call: string, status: number, said: Status): string {
  const name = STATUS_CODES[status] ?? said.reason ?? '';
  return shorten([`${call}: ${status} ${name}`.trim(), said.message].filter(Boolean).join(': '));
}

/** One line, and not a long one. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)} ...` : line;
}

/** A resource version from before the server's data was restored from a backup: it would wait for ever. */
export function isFromTheFuture(said: Status): boolean {
  return /Too large resource version/i.test(said.message ?? '');
}
