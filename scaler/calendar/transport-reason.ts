// Why a server could not be asked, in words, from the code of an error alone: messages of libraries may quote the
// address of the calendar, which is a secret.

/** Continues a sentence that begins with the host. */
export function transportReason(error: unknown): string {
  const code = errorCode(error);
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (/CERT|TLS|SSL|ALTNAME|SIGNATURE/.test(code)) {
    return `has a certificate or TLS setup that cannot be trusted (${code})`;
  }
  return `could not be asked${code === '' ? '' : ` (${code})`}`;
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET`, ...; empty when there is none that looks like one. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  return error instanceof AggregateError && error.errors.length > 0 ? errorCode(error.errors[0]) : '';
}

const REASONS: Record<string, string> = {
  ENOTFOUND: 'was not found: the name does not resolve',
  EAI_AGAIN: 'was not found: name resolution does not answer',
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection off',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  ETIMEDOUT: 'did not accept a connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  UND_ERR_SOCKET: 'broke the connection off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent a body of another length than it announced',
  UND_ERR_HEADERS_OVERFLOW: 'sent headers that are too large',
};
