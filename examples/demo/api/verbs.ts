// The API's verbs on one object: get, create, replace, patch, delete. Each takes what the request said, changes the
// store, and returns the object to answer with, or throws Refused with the status a real server answers.
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { admit } from './admit.ts';
import { mergePatch, type Owners, trackOwners } from './apply.ts';
import { type DeleteOptions, deleteObject } from './deletion.ts';
import type { Draft, KubeObject, ObjectMeta } from './objects.ts';
import type { Target } from './resources.ts';
import { Refused, type StatusBody, statusBody } from './status.ts';
import type { ObjectRef, Store } from './store.ts';

export interface Answer {
  code: number;
  body: KubeObject | StatusBody;
}

export interface Verbs {
  get(target: Target): Answer;
  post(target: Target, body: string): Answer;
  put(target: Target, body: string): Answer;
  patch(target: Target, call: { body: string; contentType: string; query: URLSearchParams }): Answer;
  delete(target: Target, call: { body: string; query: URLSearchParams }): Answer;
}

function readBody(text: string): KubeObject {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new Refused(400, `the object provided is unrecognized: ${(cause as Error).message}`);
  }
  if (typeof value !== 'object' || value === null) throw new Refused(400, 'the request has no object');
  return value as KubeObject;
}

export function makeVerbs(store: Store): Verbs {
  const owners: Owners = trackOwners();
  store.subscribe(({ type, object }) => {
    if (type === 'DELETED') owners.forget(object.metadata.uid);
  });

  const refOf = (target: Target): ObjectRef => ({ namespace: target.namespace, name: target.name ?? '' });
  const labelOf = ({ resource, apiVersion, name }: Target) => {
    const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
    return `${resource.name}${group} "${name}"`;
  };
  const find = (target: Target): KubeObject => {
    const object = store.get(target.resource.name, refOf(target));
    if (!object) throw new Refused(404, `${labelOf(target)} not found`);
    return object;
  };
  const same = (asked: Partial<ObjectMeta> | undefined, { metadata }: KubeObject, target: Target) => {
    if (asked?.uid && asked.uid !== metadata.uid) {
      const text = `Precondition failed: UID in precondition: ${asked.uid}, UID in object meta: ${metadata.uid}`;
      throw new Refused(409, `Operation cannot be fulfilled on ${labelOf(target)}: ${text}`);
    }
    if (asked?.resourceVersion && asked.resourceVersion !== metadata.resourceVersion) {
      const text =
        'the object has been modified; please apply your changes to the latest version and try again';
      throw new Refused(409, `Operation cannot be fulfilled on ${labelOf(target)}: ${text}`);
    }
  };
  const create = (target: Target, object: KubeObject): Answer => {
    const { namespace, resource } = target;
    if (resource.namespaced && !store.get('namespaces', { name: namespace ?? '' })) {
      throw new Refused(404, `namespaces "${namespace}" not found`);
    }
    object.metadata = { ...object.metadata, ...(resource.namespaced ? { namespace } : {}) };
    if (target.name !== undefined) object.metadata.name = target.name;
    const { name } = object.metadata;
    if (!name && !(object.metadata as { generateName?: string }).generateName) {
      throw new Refused(422, `${resource.kind} "" is invalid: metadata.name: Required value`);
    }
    if (name && store.get(resource.name, { name, namespace })) {
      throw new Refused(409, `${labelOf({ ...target, name })} already exists`, 'AlreadyExists');
    }
    admit(resource.name, { object, store });
    return { code: 201, body: store.create(resource.name, object as unknown as Draft<never>) };
  };
  /** Keeps what the server owns: identity, generation, deletion, and the status (a subresource). */
  const replace = (target: Target, before: KubeObject, next: KubeObject): Answer => {
    const kept = next as KubeObject & { status?: unknown };
    const { uid, creationTimestamp, generation, deletionTimestamp, resourceVersion } = before.metadata;
    kept.metadata = { ...kept.metadata, ...refOf(target), uid, creationTimestamp, resourceVersion };
    Object.assign(kept.metadata, generation === undefined ? {} : { generation });
    Object.assign(kept.metadata, deletionTimestamp === undefined ? {} : { deletionTimestamp });
    const status = (before as { status?: unknown }).status;
    if (status !== undefined && target.resource.name !== 'nodes') kept.status = structuredClone(status);
    kept.apiVersion = before.apiVersion;
    kept.kind = before.kind;
    admit(target.resource.name, { object: kept, before, store });
    const changed = store.change(target.resource.name, refOf(target), (copy: KubeObject) => {
      for (const key of Object.keys(copy))
        if (!(key in kept)) delete (copy as unknown as Record<string, unknown>)[key];
      Object.assign(copy, kept);
    });
    return { code: 200, body: changed ?? before };
  };
  const apply = (target: Target, call: { body: string; query: URLSearchParams }): Answer => {
    const manager = call.query.get('fieldManager');
    if (!manager) {
      throw new Refused(
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    }
    const sent = readBody(call.body);
    if (sent.metadata?.name !== undefined && sent.metadata.name !== target.name) {
      throw new Refused(
        400,
        `the name of the object (${sent.metadata.name}) does not match the name on the URL (${target.name})`,
      );
    }
    const live: KubeObject | undefined = store.get(target.resource.name, refOf(target));
    if (live) same(sent.metadata, live, target);
    const { object, conflicts } = owners.apply(live, { uid: live?.metadata.uid, manager, sent });
    if (conflicts.length > 0 && call.query.get('force') !== 'true') {
      const text = `Apply failed with ${conflicts.length} conflict${conflicts.length > 1 ? 's' : ''}: ${conflicts.join(', ')}`;
      throw new Refused(409, text);
    }
    const answer = live ? replace(target, live, object) : create(target, object);
    owners.remember((answer.body as KubeObject).metadata.uid, manager, sent);
    return answer;
  };

  return {
    get: (target) => ({ code: 200, body: find(target) }),
    post: (target, body) => create({ ...target, name: undefined }, readBody(body)),
    put(target, body) {
      const object = readBody(body);
      const before = store.get(target.resource.name, refOf(target)) as KubeObject | undefined;
      if (before) {
        same(object.metadata, before, target);
        return replace(target, before, object);
      }
      if (!target.resource.putCreates) find(target);
      if (object.metadata?.uid) {
        const text = `Precondition failed: UID in precondition: ${object.metadata.uid}, UID in object meta: `;
        throw new Refused(409, `Operation cannot be fulfilled on ${labelOf(target)}: ${text}`);
      }
      return create(target, object);
    },
    patch(target, call) {
      if (call.contentType === 'application/apply-patch+yaml') return apply(target, call);
      const live = find(target);
      if (
        !['application/merge-patch+json', 'application/strategic-merge-patch+json'].includes(call.contentType)
      ) {
        throw new Refused(
          415,
          `the simulated API server takes apply and merge patches, not ${call.contentType}`,
        );
      }
      const patch = readBody(call.body);
      same(patch.metadata, live, target);
      const next = mergePatch(structuredClone(live), patch) as KubeObject;
      if (isDeepStrictEqual(next, live)) return { code: 200, body: live };
      return replace(target, live, next);
    },
    delete(target, { body, query }) {
      const object = find(target);
      const options = (body.trim() === '' ? {} : readBody(body)) as unknown as {
        propagationPolicy?: DeleteOptions['propagation'];
        gracePeriodSeconds?: number;
        preconditions?: Partial<ObjectMeta>;
      };
      same(options.preconditions, object, target);
      const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds');
      deleteObject(store, target.resource.name, refOf(target), {
        propagation:
          options.propagationPolicy ??
          (query.get('propagationPolicy') as DeleteOptions['propagation']) ??
          'Background',
        ...(grace === null || grace === undefined ? {} : { graceSeconds: Number(grace) }),
      });
      const left = store.get(target.resource.name, refOf(target));
      if (left) return { code: 200, body: left };
      return { code: 200, body: { ...statusBody(200, ''), status: 'Success', reason: undefined } };
    },
  };
}
