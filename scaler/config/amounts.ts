// What the API server would refuse in a placeholder's amounts: a resource that no container can ask for, a part of a
// device, more asked for than the limit (k8s.io/kubernetes pkg/apis/core/validation).
import { readQuantity } from '../cluster/quantities.ts';
import type { Problem } from '../problem.ts';
import { nearest, shown } from './explain.ts';
import { wrong } from './feeds.ts';
import type { PlaceholderResources } from './schema.ts';
import { looksLikeAddress } from './secret-keys.ts';
import type { Path, Source } from './source.ts';

const NATIVE = ['cpu', 'memory', 'ephemeral-storage'];

/** `path` is that of `resources`. */
export function amountProblems(resources: PlaceholderResources, path: Path, source: Source): Problem[] {
  if (resources === 'auto') return [];
  const { requests = {}, limits = {} } = resources;
  const problems: Problem[] = [];
  for (const [part, amounts] of Object.entries({ requests, limits })) {
    for (const [resource, amount] of Object.entries(amounts)) {
      const at = [...path, part, resource];
      const expected =
        refusal(resource, amount) ?? (part === 'requests' && overLimit(amount, limits[resource]));
      if (!expected) continue;
      const typed = expected.startsWith('a resource') ? resource : amount;
      problems.push(
        wrong(source.where(at), `expected ${expected}, got ${shown(at, typed)}`, { example: EXAMPLE }),
      );
    }
  }
  return problems;
}

const EXAMPLE = 'requests: {memory: 57Gi, cpu: "7"}';

/** What was expected instead of this name, or of this amount of it. */
function refusal(resource: string, amount: string): string | undefined {
  const isDevice = resource.includes('/');
  if (!NATIVE.includes(resource) && !resource.startsWith('hugepages-') && !isDevice) {
    const near = looksLikeAddress(resource) ? undefined : nearest(resource, NATIVE);
    return `a resource of Kubernetes${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
  }
  const isWhole = readQuantity(amount, 3) === (readQuantity(amount) ?? 0) * 1_000;
  return isDevice && !isWhole ? 'a whole number of devices' : undefined;
}

function overLimit(request: string, limit: string | undefined): string | undefined {
  if (limit === undefined) return undefined;
  const isOver = (readQuantity(request, 3) ?? 0) > (readQuantity(limit, 3) ?? 0);
  return isOver ? `at most the limit, ${limit}` : undefined;
}
