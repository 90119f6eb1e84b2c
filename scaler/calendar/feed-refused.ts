/** The feed is refused whole (not a calendar, truncated, over a limit): the last good one stays in force. */
export class FeedRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FeedRefused';
    this.code = code;
  }
}
