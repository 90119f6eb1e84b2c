// Settings that a document names, in code or in a block of values, and whether there are such settings.
import { parse } from 'yaml';
import { valuesJsonSchema } from '../../scaler/config/json-schema.ts';
import { spans } from './documents.ts';

/** Written like settings, but not ours: of Kubernetes, autoscalers, JupyterHub's chart; and two names in the code. */
export const OTHERS = new Set([
  'affinity.nodeAffinity',
  'consolidateAfter',
  'consolidationPolicy',
  'expireAfter',
  'hub.jupyter.org',
  'preemptionPolicy',
  'scheduling.podPriority.enabled',
  'scheduling.userScheduler',
  'driftFound',
  'nowMs',
]);

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** Every setting as a path (`nodePools.NAME.replicas`, `calendars[].url`). */
function settings(schema: Schema, path = ''): string[] {
  const below = path === '' ? '' : `${path}.`;
  return [
    ...(path === '' ? [] : [path]),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => settings(part, below + name)),
    ...(typeof schema.additionalProperties === 'object'
      ? settings(schema.additionalProperties, `${below}NAME`)
      : []),
    ...(schema.items ? settings(schema.items, `${path}[]`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((part) =>
      settings(part, path),
    ),
  ];
}

export const SETTINGS = new Set(settings(valuesJsonSchema() as Schema));
const SETTING_NAMES = new Set([...SETTINGS].flatMap((path) => path.split('.').at(-1) ?? []));

/** `leadTime`, `page.enabled`, `overlap: sum`; plain words are too much like any other word. */
export function namedSettings(text: string): string[] {
  return spans(text).flatMap((span) => {
    const key = /^([a-z][A-Za-z]*(?:\[\])?(?:\.[A-Za-z]+(?:\[\])?)*)(:( .*)?)?$/.exec(span);
    if (key === null || /\.(ts|md|ics|ya?ml|json|tpl|test)$/.test(span)) return [];
    const [, name = '', colon] = key;
    return /[A-Z.]/.test(name) || colon !== undefined ? [name] : [];
  });
}

export function isSetting(name: string): boolean {
  return SETTINGS.has(name) || (name.includes('.') ? false : SETTING_NAMES.has(name));
}

/** Keys of a block of values that are no settings; blocks of other things are not looked at. */
export function unknownKeys(block: string): string[] {
  const typed = parse(block) as Record<string, unknown> | null;
  if (typed === null || typeof typed !== 'object' || Array.isArray(typed)) return [];
  if (!Object.keys(typed).some((key) => SETTINGS.has(key))) return [];
  return Object.keys(typed).filter((key) => !SETTINGS.has(key));
}
