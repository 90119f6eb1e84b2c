// Values text -> Config, with every problem at once. A null and an absent key mean the default; values may be nested under
// the chart's name (or an alias) as in a parent chart.
import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { explainIssues, shown, valueAt } from './explain.ts';
import { feedsOf, type ReadSecret, timezoneOf, wrong } from './feeds.ts';
import { valuesJsonSchema } from './json-schema.ts';
import { poolNameProblems, poolsOf } from './pools.ts';
import { type Config, type Values, valuesSchema } from './schema.ts';
import { selectorProblem } from './selector.ts';
import { type Path, readSource, type Source } from './source.ts';

export interface LoadedConfig {
  /** Absent when an error makes the values unusable. */
  config?: Config;
  /** Errors and warnings, all of them at once, each with its path. */
  problems: Problem[];
}

/** Reads values from YAML text (a chart's values, or those values nested under the chart's name). */
export function loadConfig(
  yamlText: string,
  options: { file: string; readSecret?: ReadSecret },
): LoadedConfig {
  const source = readSource(yamlText, options.file);
  if (source.values === undefined) return { problems: source.problems };
  const problems = poolNameProblems(source);
  checkImage(source, problems);
  const parsed = valuesSchema.safeParse(source.values);
  if (parsed.success) {
    const config = configOf({ values: parsed.data, source, problems, ...options });
    inFileOrder(problems);
    return problems.some((problem) => problem.severity === 'error') ? { problems } : { config, problems };
  }
  const named = [...problems];
  const refused = explainIssues(parsed.error.issues, source, valuesJsonSchema());
  problems.push(...refused.filter((problem) => !named.some((known) => isSame(known, problem))));
  const further = problemsOfTheRest(source, parsed.error.issues, options);
  const said = [...problems];
  problems.push(...further.filter((problem) => !said.some((known) => covers(known, problem))));
  return { problems: inFileOrder(problems) };
}

/** Sorts in place by the line that `where` names. */
function inFileOrder(problems: Problem[]): Problem[] {
  const line = ({ where }: Problem) => Number(/ line (\d+)/.exec(where)?.[1] ?? 0);
  return problems.sort((a, b) => line(a) - line(b));
}

/** What else is wrong: the values without what the schema refused, looked at as a whole. */
function problemsOfTheRest(
  source: Source,
  issues: readonly z.core.$ZodIssue[],
  options: { readSecret?: ReadSecret },
): Problem[] {
  const rest = structuredClone(source.values) as Record<string, unknown>;
  let refused = issues;
  for (let round = 0; round < 8; round += 1) {
    for (const issue of refused) {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
      for (const path of keys.length > 0 ? keys.map((key) => [...issue.path, key]) : [issue.path])
        takeOut(rest, path);
    }
    const parsed = valuesSchema.safeParse(rest);
    if (parsed.success) {
      const problems: Problem[] = [];
      configOf({ values: parsed.data, source, problems, ...options });
      return problems;
    }
    refused = parsed.error.issues;
  }
  return [];
}

/** Removes what stands at the path; what misses there, or stands in a list, takes its parent along. */
function takeOut(values: Record<string, unknown>, path: Path): void {
  const last = path.at(-1);
  if (last === undefined) return;
  const parent = valueAt(values, path.slice(0, -1));
  const isKey = typeof parent === 'object' && parent !== null && !Array.isArray(parent) && last in parent;
  if (isKey) delete (parent as Record<PropertyKey, unknown>)[last];
  else takeOut(values, path.slice(0, -1));
}

function isSame(one: Problem, other: Problem): boolean {
  return one.where === other.where && one.message === other.message;
}

/** The schema already said something of this setting or of a part of it. */
function covers(known: Problem, later: Problem): boolean {
  const path = (problem: Problem) => problem.where.replace(/ \(.*\)$/, '');
  const rest = path(known).startsWith(path(later)) ? path(known).slice(path(later).length) : 'another';
  return known.code !== 'unknown-setting' && /^($|[.[])/.test(rest);
}

interface Asked {
  values: Values;
  source: Source;
  readSecret?: ReadSecret;
  problems: Problem[];
}

function configOf(asked: Asked): Config {
  const { values } = asked;
  const calendarTimezone = timezoneOf(asked);
  warnOfPercent(asked);
  const unreadable = selectorProblem(values.placeholderPodLabelSelector, asked.source);
  if (unreadable !== undefined) asked.problems.push(unreadable);
  const { deadline, ...limits } = values.calendarLimits;
  return {
    feeds: feedsOf(asked),
    ...(calendarTimezone === undefined ? {} : { calendarTimezone }),
    calendarOverrideEnabled: values.calendarOverrideEnabled,
    overlap: values.overlap,
    scalingStrategy: values.scalingStrategy,
    cpuThreshold: values.cpuThreshold,
    memoryThreshold: values.memoryThreshold,
    nodeGracePeriodMs: values.nodeGracePeriod,
    nodePoolSelectorKey: values.nodePoolSelectorKey,
    placeholderPodLabelSelector: values.placeholderPodLabelSelector,
    pollIntervalMs: values.pollInterval,
    feedMaxAgeMs: values.feedMaxAge,
    calendarLimits: { ...limits, deadlineMs: deadline },
    placeholderImage: values.placeholderImage,
    pools: poolsOf(asked),
  };
}

/** A threshold above 1 is read as percent, as people write it; said aloud, because 1 itself is a ratio. */
function warnOfPercent({ source, values, problems }: Asked): void {
  for (const key of ['cpuThreshold', 'memoryThreshold'] as const) {
    const typed = valueAt(source.values, [key]);
    if (Number(typed) > 1) {
      problems.push(
        wrong(
          source.where([key]),
          `expected a ratio from 0 to 1, got ${shown([key], typed)}, which is read as ${typed} %`,
          {
            code: 'percent',
            severity: 'warning',
            example: `${key}: ${values[key]}`,
          },
        ),
      );
    }
  }
}

/** Repositories and tags under which the Python program of the same name is published. */
const PYTHON_REPOSITORY = /(cal-icor-hubs|ucb-datahub-2018)\/.*node-placeholder-scaler$/;
const PYTHON_TAG = /^0\.0\.1-0\.dev\.git\./;

function checkImage(source: Source, problems: Problem[]): void {
  const repository = String(valueAt(source.values, ['image', 'repository']) ?? '').trim();
  const tag = String(valueAt(source.values, ['image', 'tag']) ?? '').trim();
  const key = PYTHON_REPOSITORY.test(repository) ? 'repository' : PYTHON_TAG.test(tag) ? 'tag' : undefined;
  if (key === undefined) return;
  problems.push(
    wrong(
      source.where(['image', key]),
      `expected an image of this scaler, got ${shown(['image', key], key === 'tag' ? tag : repository)}, the Python program that was installed before it`,
      {
        code: 'foreign-image',
        example: 'image:\n  repository: images.example.edu/node-placeholder-scaler\n  tag: "1.0.0"',
      },
    ),
  );
}
