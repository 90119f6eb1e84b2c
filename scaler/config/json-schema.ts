// The values schema as JSON Schema (draft 7, which every Helm knows): for chart/values.schema.json, for docs/values.md,
// and for finding what the schema says of one path. It is a little wider than `valuesSchema`: what needs a better
// sentence than Helm's own (a pool's name and keys, ranges of durations) is left to the chart's templates and to load.ts.
import { z } from 'zod';
import { valuesSchema } from './schema.ts';

/** The parts of JSON Schema that zod writes for our settings. */
export interface JsonSchema {
  $schema?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  [keyword: string]: unknown;
}

export function valuesJsonSchema(): JsonSchema {
  const made = z.toJSONSchema(valuesSchema, {
    target: 'draft-7',
    io: 'input',
    reused: 'inline',
    // zod leaves default and examples out where the value is transformed after reading.
    override: ({ zodSchema, jsonSchema }) => {
      const { default: fallback, examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (fallback !== undefined) jsonSchema.default = fallback as typeof jsonSchema.default;
      if (examples !== undefined) jsonSchema.examples = examples as typeof jsonSchema.examples;
    },
  }) as JsonSchema;
  const pools = objectOf(made.properties?.nodePools);
  const pool = objectOf(pools?.additionalProperties as JsonSchema);
  // A pool's settings pasted without their indentation: the templates name the key and what it belongs under.
  if (pool !== undefined) pool.additionalProperties = true;
  return { $schema: made.$schema, title: 'Values of node-placeholder-scaler', ...made };
}

/** The variant of `schema` that is an object, when it is one or may be one. */
export function objectOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  if (schema.type === 'object') return schema;
  for (const variant of schema.anyOf ?? []) {
    const found = objectOf(variant);
    if (found !== undefined) return found;
  }
  return undefined;
}

function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  if (schema.type === 'array') return schema.items;
  for (const variant of schema.anyOf ?? []) {
    const found = itemsOf(variant);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the schema says of a path, with the description of the nearest setting that has one; undefined off the schema. */
export function schemaAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let at: JsonSchema | undefined = root;
  for (const step of path) {
    if (at === undefined) return undefined;
    if (typeof step === 'number') at = itemsOf(at);
    else {
      const object: JsonSchema | undefined = objectOf(at);
      const further = object?.additionalProperties;
      at = object?.properties?.[String(step)] ?? (typeof further === 'object' ? further : undefined);
    }
  }
  return at;
}

/** The keys that may stand at a path; empty where any key may, or none. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  return Object.keys(objectOf(schemaAt(root, path))?.properties ?? {});
}
