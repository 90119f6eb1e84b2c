import { ApiException } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { isLasting, readRefusal } from '../../scaler/cluster/refusal.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const CALL = 'PATCH deployments/data8-placeholder';

function refusal(code: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readRefusal(CALL, new ApiException(code, 'Unknown API Status Code!', text, headers), NOW);
}

describe('what the API server refuses', () => {
  it('is told with call, status, reason and its own sentence', () => {
    expect(refusal(403, { reason: 'Forbidden', message: 'User "scaler" cannot patch' })).toEqual({
      status: 403,
      reason: 'Forbidden',
      message: `${CALL}: 403 Forbidden: User "scaler" cannot patch`,
    });
  });

  it.each([
    ['nothing', '', `${CALL}: 502`],
    ['a page of a proxy', '<html><h1>Bad Gateway</h1></html>', `${CALL}: 502 Bad Gateway`],
    ['JSON that is no Status', '[1]', `${CALL}: 502`],
    ['several lines', JSON.stringify({ message: 'one\n  two' }), `${CALL}: 502 one two`],
  ])('in an answer that holds %s is told as far as it goes', (_, body, message) => {
    expect(refusal(502, body)).toEqual({ status: 502, message });
  });

  it('names the field that cannot be changed, from the causes or else from the text', () => {
    const message =
      'Deployment.apps "x" is invalid: spec.selector: Invalid value: {"a":"b"}: field is immutable';
    const causes = [{ field: 'spec.selector', message: 'Invalid value: {"a":"b"}: field is immutable' }];
    expect(refusal(422, { message: 'a very long text', details: { causes } }).immutableField).toBe(
      'spec.selector',
    );
    expect(refusal(422, { message }).immutableField).toBe('spec.selector');
    expect(refusal(422, { message: 'spec.replicas: Invalid value: -1' })).not.toHaveProperty(
      'immutableField',
    );
  });

  it.each([
    ['seconds in the header', { 'Retry-After': '3' }, {}, 3_000],
    ['a date in the header', { 'retry-after': 'Mon, 23 Nov 2026 09:00:05 GMT' }, {}, 5_000],
    ['a date that has passed', { 'retry-after': 'Mon, 23 Nov 2026 08:00:00 GMT' }, {}, 0],
    ['seconds in the body', {}, { details: { retryAfterSeconds: 2 } }, 2_000],
    ['neither', {}, {}, undefined],
  ])('says how long to wait: %s', (_, headers, body, expected) => {
    expect(refusal(429, body, headers).retryAfterMs).toBe(expected);
  });
});

describe('no answer', () => {
  it('is told with what really happened, which fetch hides in the cause', () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(readRefusal(CALL, new TypeError('fetch failed', { cause }), NOW)).toEqual({
      message: `${CALL}: no answer: fetch failed: connect (ECONNREFUSED)`,
    });
  });

  it('is told once when the connection already said so', () => {
    const error = new Error('PATCH /apis/apps/v1/x: no answer: within 10 s', { cause: new Error('aborted') });
    expect(readRefusal(CALL, error, NOW).message).toBe(`${CALL}: no answer: within 10 s`);
  });
});

describe('asking again soon', () => {
  it.each([400, 403, 404, 422])('does not change a %i', (status) => {
    expect(isLasting({ status, message: '' })).toBe(true);
  });

  it.each([undefined, 401, 409, 429, 500, 503])('may change a %s', (status) => {
    expect(isLasting({ ...(status !== undefined && { status }), message: '' })).toBe(false);
  });
});
