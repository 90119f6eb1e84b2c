// What a browser may do with the page: show its own style and run its own script, both known by their hash, and ask the
// same host for a new copy. Nothing else: no other script, no form, no frame, no request to another host.
import { createHash } from 'node:crypto';

/** Headers to send with the page. */
export function pagePolicy(style: string, script: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src '${hashOf(style)}'`,
      `script-src '${hashOf(script)}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    // The address may hold a token.
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
