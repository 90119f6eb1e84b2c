// The kinds of value a setting can have: durations, ratios, quantities, names. Each is a zod schema whose error text says
// what was expected, in words that fit after "expected". `setting` adds what every setting has: null or absence means the
// default, and a description, a default and an example that end up in values.schema.json and docs/values.md.
import { z } from 'zod';
import { LABEL_KEY, LABEL_VALUE } from '../cluster/labels.ts';

export interface SettingText {
  text: string;
  /** As a person would type it. */
  example?: unknown;
}

/** A setting with a default; null and absence mean the default. */
export function setting<T extends z.ZodType>(
  schema: T,
  fallback: z.input<T>,
  { text, example }: SettingText,
) {
  return schema
    .nullish()
    .transform(
      (value): z.output<T> =>
        (value === null || value === undefined ? schema.parse(fallback) : value) as z.output<T>,
    )
    .meta({
      description: text,
      default: fallback,
      ...(example === undefined ? {} : { examples: [example] }),
    });
}

/** A setting without a default; null means that it is not set. */
export function optional<T extends z.ZodType>(schema: T, { text, example }: SettingText) {
  return schema
    .nullish()
    .transform((value): z.output<T> | undefined => (value ?? undefined) as z.output<T> | undefined)
    .meta({ description: text, ...(example === undefined ? {} : { examples: [example] }) });
}

const UNIT_MS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** `10m`, `1h30m`, `90s`, `7d`, or seconds as a number or numeric text -> milliseconds. */
export function durationMs(typed: number | string): number {
  if (typeof typed === 'number' || /^\d+(\.\d+)?$/.test(typed)) return Math.round(Number(typed) * 1_000);
  let sum = 0;
  for (const [, amount, unit] of typed.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)) {
    sum += Number(amount) * (UNIT_MS[unit as string] as number);
  }
  return Math.round(sum);
}

/** A length of time, in milliseconds once read. `least` and `most` are durations as typed. */
export function duration({ least = '0s', most = '366d' }: { least?: string; most?: string } = {}) {
  const error = `a duration from ${least} to ${most}, such as 10m, 1h30m or 90s, or seconds as a number`;
  const typed = z.union(
    [z.number().min(0, { error }), z.string().regex(/^(\d+(\.\d+)?|(\d+(\.\d+)?[dhms])+)$/, { error })],
    {
      error,
    },
  );
  return typed
    .refine((value) => durationMs(value) >= durationMs(least) && durationMs(value) <= durationMs(most), {
      error,
    })
    .transform(durationMs);
}

const RATIO_TEXT = /^\d+(\.\d+)?%?$/;

/** `0.2`, `"20%"`, or a number above 1 up to 100, which is read as percent -> 0..1. */
export function ratioOf(typed: number | string): number {
  const number = Number.parseFloat(String(typed));
  return String(typed).endsWith('%') || number > 1 ? number / 100 : number;
}

export function ratio() {
  const error = 'a ratio from 0 to 1, such as 0.2';
  return z
    .union([z.number().min(0, { error }).max(100, { error }), z.string().regex(RATIO_TEXT, { error })], {
      error,
    })
    .refine((value) => ratioOf(value) <= 1, { error })
    .transform(ratioOf);
}

/** The Kubernetes quantity grammar, for values that are not negative. */
const QUANTITY = /^\+?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,18})?$/;

/** An amount of a resource; numbers become text. */
export function quantity() {
  const error = 'a Kubernetes quantity, such as 57Gi for memory or 3500m for cpu';
  return z
    .union([z.number().min(0, { error }), z.string().regex(QUANTITY, { error })], { error })
    .transform(String);
}

export function wholeNumber({ least = 0, most }: { least?: number; most?: number } = {}) {
  const error =
    most === undefined ? `a whole number from ${least} up` : `a whole number from ${least} to ${most}`;
  const number = z.int({ error }).min(least, { error });
  return most === undefined ? number : number.max(most, { error });
}

export const flag = () => z.boolean({ error: 'true or false, without quotes' });

export const text = (error = 'a text') => z.string({ error });

export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

export const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A DNS label: what Kubernetes allows as a name of an object's part. */
export function label(most = 63) {
  const error = `a name of at most ${most} lower-case letters, digits and '-', beginning and ending with a letter or digit`;
  return z.string({ error }).regex(LABEL, { error }).max(most, { error });
}

/** Labels and annotations: text to text. */
export function textMap(what: string) {
  return z.record(z.string(), z.string({ error: 'a text; put numbers, true and false in quotes' }), {
    error: `${what}: names and texts`,
  });
}

/** Is it a key, or a value, that a label of a Kubernetes object can have? */
export const isLabelKey = (typed: string) => LABEL_KEY.test(typed);
export const isLabelValue = (typed: string) => LABEL_VALUE.test(typed);

export const LABEL_KEY_ERROR = 'a label key, such as hub.jupyter.org/pool-name';
export const LABEL_VALUE_ERROR =
  'a label value: up to 63 letters, digits, - _ . with a letter or digit at both ends';

/** The labels of a selector, as the API server accepts them. */
export function labelMap() {
  return textMap('labels').superRefine((labels, context) => {
    for (const [key, value] of Object.entries(labels)) {
      const message = isLabelKey(key)
        ? LABEL_VALUE_ERROR
        : 'a label whose key is like hub.jupyter.org/pool-name';
      if (!isLabelKey(key) || !isLabelValue(value))
        context.addIssue({ code: 'custom', path: [key], message, input: value });
    }
  });
}

/** A part of a Kubernetes object that is passed on as it is. */
export const kubernetesObject = (what: string) => z.record(z.string(), z.unknown(), { error: what });

/** Which key of which Secret of the release's namespace holds a value. */
export function secretKey() {
  return z.strictObject(
    { secret: text('the name of a Secret'), key: text('a key of that Secret') },
    { error: "{secret: NAME, key: KEY}: a Secret of the release's namespace and a key of it" },
  );
}
