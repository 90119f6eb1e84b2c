// Which nodes belong to a pool: those that carry every label of its nodeSelector and match its required node affinity,
// as the scheduler reads them: the terms of an affinity are alternatives, the expressions in a term must all hold,
// and a term without any matches nothing.
import type { PoolConfig } from '../config/schema.ts';
import { type Labels, matches, type Operator, type Requirement } from './labels.ts';

/** Asks whether a node of this name with these labels belongs to the pool. */
export type Membership = (name: string, labels: Labels) => boolean;

interface Term {
  onLabels: Requirement[];
  onFields: Requirement[];
}

/** A pool that names neither a label nor a required affinity has no nodes: it would otherwise own the whole cluster. */
export function membership(pool: Pick<PoolConfig, 'nodeSelector' | 'affinity'>): Membership {
  const wanted = Object.entries(pool.nodeSelector).map(([key, value]) => equal(key, value));
  const terms = requiredTerms(pool.affinity);
  if (wanted.length === 0 && terms === undefined) return () => false;
  return (name, labels) =>
    matches(wanted, labels) &&
    (terms === undefined ||
      terms.some((t) => matches(t.onLabels, labels) && matches(t.onFields, { 'metadata.name': name })));
}

function equal(key: string, value: string): Requirement {
  return { key, operator: 'In', values: [value] };
}

/** Undefined when the pool requires no node affinity; preferences do not decide membership. */
function requiredTerms(affinity: PoolConfig['affinity']): Term[] | undefined {
  const nodeAffinity = asRecord(asRecord(affinity).nodeAffinity);
  const required = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined || required === null) return undefined;
  return asList(asRecord(required).nodeSelectorTerms)
    .map((term) => ({
      onLabels: asList(asRecord(term).matchExpressions).map(asRequirement),
      onFields: asList(asRecord(term).matchFields).map(asRequirement),
    }))
    .filter((term) => term.onLabels.length + term.onFields.length > 0);
}

const NODE_OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

/** An operator that Kubernetes does not know makes a requirement that nothing meets. */
function asRequirement(expression: unknown): Requirement {
  const { key, operator, values } = asRecord(expression);
  const known = NODE_OPERATORS.includes(String(operator));
  return {
    key: String(key),
    operator: known ? (operator as Operator) : 'In',
    values: known ? asList(values).map(String) : [],
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
