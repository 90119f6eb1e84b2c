import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles, outdatedFiles } from '../../scaler/config/generate.ts';
import { type JsonSchema, keysAt, valuesJsonSchema } from '../../scaler/config/json-schema.ts';
import { loadConfig } from '../../scaler/config/load.ts';
import { CHART_ONLY_KEYS } from '../../scaler/config/schema.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const schema = valuesJsonSchema();

test('the generated files are up to date', () => {
  expect(outdatedFiles(root)).toEqual([]);
});

test('every setting has a description', () => {
  const without: string[] = [];
  const walk = (at: JsonSchema, path: string[]) => {
    for (const [key, setting] of Object.entries(at.properties ?? {})) {
      if (setting.description === undefined && !/\.(secret|key)$/.test(`.${key}`))
        without.push([...path, key].join('.'));
      for (const variant of [setting, ...(setting.anyOf ?? [])]) walk(variant, [...path, key]);
    }
  };
  walk(schema, []);
  expect(without).toEqual([]);
});

test('every setting stands in the reference', () => {
  const reference = generatedFiles()['docs/values.md'] as string;
  for (const key of keysAt(schema, [])) expect(reference).toMatch(new RegExp(`\`${key}[\`.]`));
});

describe("the chart's values.yaml", () => {
  const defaults = parse(read('chart/values.yaml')) as Record<string, unknown>;

  test('has no key that the schema lacks, and is valid', () => {
    expect(Object.keys(defaults).filter((key) => !keysAt(schema, []).includes(key))).toEqual([]);
    expect(loadConfig(read('chart/values.yaml'), { file: 'values.yaml' }).problems).toEqual([]);
  });

  test('names every setting that has a default, with that default', () => {
    const differing = Object.entries(schema.properties ?? {})
      .filter(([key, setting]) => setting.default !== undefined && !CHART_ONLY_KEYS.includes(key))
      .filter(([key, setting]) => JSON.stringify(defaults[key]) !== JSON.stringify(setting.default))
      .map(([key]) => key);
    expect(differing).toEqual([]);
  });

  test('means the same as no settings at all', () => {
    const options = { file: 'values.yaml' };
    expect(loadConfig(read('chart/values.yaml'), options).config).toEqual(loadConfig('{}', options).config);
  });
});

test('the schema for Helm accepts what the scaler accepts', () => {
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const path of [
    'chart/values.yaml',
    'test/chart/original-values.yaml',
    'examples/values/gke-datahub.yaml',
  ]) {
    validate(parse(read(path)));
    expect(validate.errors, path).toBeNull();
  }
  validate({ calendarURL: 'x' });
  expect(validate.errors).toMatchObject([{ params: { additionalProperty: 'calendarURL' } }]);
});

test('the templates know the same pool settings and chart settings as the schema', () => {
  const list = (text: string, before: string) =>
    [...(text.split(before)[1]?.split('}}')[0] ?? '').matchAll(/"([^"]+)"/g)]
      .map(([, key]) => key as string)
      .sort();
  expect(list(read('chart/templates/_checks.tpl'), '$known := list')).toEqual(
    keysAt(schema, ['nodePools', 'x']).sort(),
  );
  expect(list(read('chart/templates/_settings.tpl'), 'omit .Values')).toEqual([...CHART_ONLY_KEYS].sort());
});

test('every values file that the project shows is without a problem', () => {
  const folder = join(root, 'examples', 'values');
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(loadConfig(text, { file, readSecret: () => '/a.ics' }).problems, file).toEqual([]);
  }
});
