// Every reason that an Event of the scaler can have: what it means and how loud it is. When several things happen to a
// pool in one pass they become one Event, and the first of them in this order gives its reason.

interface Meaning {
  type: 'Normal' | 'Warning';
  /** What the scaler did, in one CamelCase word, as the Events API wants it. */
  action: 'Apply' | 'TakeOver' | 'Decide';
  /** For docs/events.md. */
  means: string;
}

const MEANINGS = {
  WriteRefused: {
    type: 'Warning',
    action: 'Apply',
    means:
      'The API server refused a change; its own words follow. It is tried again, with longer and longer waits.',
  },
  TakenOver: {
    type: 'Normal',
    action: 'TakeOver',
    means:
      'A Deployment that the original scaler left was replaced by one of ours, with the replicas it had.',
  },
  PutBack: {
    type: 'Normal',
    action: 'Apply',
    means:
      'Someone edited or deleted the Deployment, and it was made as it should be. To set a count by hand, annotate it.',
  },
  Created: { type: 'Normal', action: 'Apply', means: 'The Deployment was made.' },
  Scaled: {
    type: 'Normal',
    action: 'Apply',
    means: 'The number of placeholders changed; the sentence says why.',
  },
  Resized: {
    type: 'Normal',
    action: 'Apply',
    means: 'The placeholders get another size (`resources` changed, or the nodes did), one node at a time.',
  },
  TemplateChanged: {
    type: 'Normal',
    action: 'Apply',
    means:
      'Other settings of the placeholders changed (image, tolerations, node selector), one node at a time.',
  },
  NotOurs: {
    type: 'Warning',
    action: 'Decide',
    means:
      'A Deployment of that name belongs to someone else: it is never touched, and the pool is not served.',
  },
  Held: {
    type: 'Warning',
    action: 'Decide',
    means: 'The cluster cannot be watched: nothing is lowered until it can; what is booked is still raised.',
  },
  NoPods: {
    type: 'Warning',
    action: 'Decide',
    means: 'The cluster refuses to make the placeholder pods: a quota, a policy, a missing priority class.',
  },
  FitsNowhere: {
    type: 'Warning',
    action: 'Decide',
    means: 'The placeholder is larger than any node of its pool: its pods would stay pending for ever.',
  },
  Cut: {
    type: 'Warning',
    action: 'Decide',
    means: 'More was asked for than `maxReplicas`; the count is cut to that.',
  },
  ManualUnreadable: {
    type: 'Warning',
    action: 'Decide',
    means: 'The annotation that sets the count by hand cannot be read; it is ignored.',
  },
  ManualSet: {
    type: 'Normal',
    action: 'Decide',
    means:
      'Someone set the count by hand, with the annotation; the calendar is not followed until that ends.',
  },
  ManualEnded: {
    type: 'Normal',
    action: 'Decide',
    means: 'The annotation is gone or its time is over; the calendar is followed again.',
  },
  HoldEnded: { type: 'Normal', action: 'Decide', means: 'The cluster can be watched again after `Held`.' },
  PodsMade: {
    type: 'Normal',
    action: 'Decide',
    means: 'The cluster makes the placeholder pods again after `NoPods`.',
  },
  BookingStarted: {
    type: 'Normal',
    action: 'Decide',
    means:
      'A booking began (its lead time counts) and the count was right already, for example because nodes had room.',
  },
  BookingChanged: {
    type: 'Normal',
    action: 'Decide',
    means:
      'One booking followed another, or what is booked came to another number; the count was right already.',
  },
  BookingEnded: {
    type: 'Normal',
    action: 'Decide',
    means: 'A booking ended (its hold time counts) and the count was right already.',
  },
} satisfies Record<string, Meaning>;

export type EventReason = keyof typeof MEANINGS;

/** Most important first. */
export const EVENT_REASONS = Object.keys(MEANINGS) as EventReason[];

export function meaningOf(reason: EventReason): Meaning {
  return MEANINGS[reason];
}
