// docs/events.md lists every reason that an Event can have, in the words of the code.
import { describe, expect, it } from 'vitest';
import { EVENT_REASONS, meaningOf } from '../../scaler/placeholder/event-reasons.ts';
import { tableUnder, textOf } from '../support/documents.ts';

describe('the reasons of Events', () => {
  it('stand in docs/events.md, all of them and no other', () => {
    const rows = tableUnder(textOf('docs/events.md'), '## Reasons');
    const expected = EVENT_REASONS.map((reason) => [
      `\`${reason}\``,
      meaningOf(reason).type,
      meaningOf(reason).means,
    ]);
    expect(rows).toEqual(expected);
  });

  it('are one CamelCase word each, of at most 128 letters, as the Events API wants', () => {
    for (const reason of EVENT_REASONS) expect(reason).toMatch(/^[A-Z][A-Za-z]{1,127}$/);
  });
});
