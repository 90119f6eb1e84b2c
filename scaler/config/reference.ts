// The reference of all settings as a Markdown page, made from the schema: one table per group, the default of each.
import type { JsonSchema } from './json-schema.ts';
import { objectOf } from './json-schema.ts';
import { CHART_ONLY_KEYS } from './schema.ts';

const HEAD = `# Settings

Made from the schema (\`npm run generate\`); change \`scaler/config/\` instead of this page.

All settings stand in one values file, for the chart and for \`--values\`. A missing setting and \`null\` mean the default.
Durations are \`10m\`, \`1h30m\`, \`90s\`, \`7d\`, or seconds as a number. Ratios are 0 to 1; a number above 1 up to 100 is read as
percent, with a warning. An unknown setting is refused, with the nearest known one.
`;

export function valuesReference(schema: JsonSchema): string {
  const properties = schema.properties ?? {};
  const of = (keep: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(properties).filter(([key]) => keep(key)));
  const calendar = objectOf(listItem(properties.calendars))?.properties ?? {};
  const pool = objectOf(objectOf(properties.nodePools)?.additionalProperties as JsonSchema)?.properties ?? {};
  const limits = objectOf(properties.calendarLimits)?.properties ?? {};
  return [
    HEAD,
    section(
      'The scaler',
      of((key) => !CHART_ONLY_KEYS.includes(key)),
    ),
    section('A pool', pool, 'nodePools.NAME.'),
    section('A calendar', calendar, 'calendars[].'),
    section('Limits of a calendar', limits, 'calendarLimits.'),
    section('The chart', nested(of((key) => CHART_ONLY_KEYS.includes(key)))),
  ].join('\n');
}

function listItem(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.items ?? schema?.anyOf?.map(listItem).find((item) => item !== undefined);
}

/** `image.repository` beside `image`: settings inside settings, one level. */
function nested(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const flat: Record<string, JsonSchema> = {};
  for (const [key, schema] of Object.entries(properties)) {
    const inner = objectOf(schema)?.properties;
    if (inner === undefined) flat[key] = schema;
    for (const [part, of] of Object.entries(inner ?? {})) flat[`${key}.${part}`] = of;
  }
  return flat;
}

function section(title: string, properties: Record<string, JsonSchema>, prefix = ''): string {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const example = schema.examples?.[0];
    const shown = example === undefined || typeof example === 'object' ? '' : ` Example: ${code(example)}.`;
    return `| \`${prefix}${key}\` | ${fallback(schema)} | ${cell(schema.description ?? '')}${shown} |`;
  });
  return [`## ${title}`, '', '| setting | default | what it means |', '|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

function fallback(schema: JsonSchema): string {
  return schema.default === undefined ? '' : code(schema.default);
}

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
