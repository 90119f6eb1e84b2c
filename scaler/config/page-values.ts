// Settings for publishing the page and the answer calendar through an Ingress or HTTPRoute. Only the chart reads them; it
// starts the scaler with a second port for these two, so that metrics and API cannot be published with them.
import { z } from 'zod';
import { flag, kubernetesObject, optional, secretKey, setting, text, textMap } from './fields.ts';

const BASE_PATH = 'a path such as /services/warm-nodes';

const hosts = (about: string) =>
  setting(z.array(text('a host name'), { error: 'a list of host names' }), [], { text: about });

const ingress = z.strictObject(
  {
    enabled: setting(flag(), false, { text: 'Make an Ingress for the page.' }),
    className: optional(text('the name of an IngressClass'), {
      text: 'Its class; the default one when empty.',
    }),
    annotations: setting(textMap('annotations'), {}, { text: 'Its annotations.' }),
    hosts: hosts('Host names at which the page is found; all when empty.'),
    tls: setting(
      z.array(kubernetesObject('{secretName: ..., hosts: [...]}'), {
        error: 'a list of {secretName, hosts}',
      }),
      [],
      { text: 'Certificates. The token is in the address: publish the page over https only.' },
    ),
  },
  { error: '{enabled: true, hosts: [...]}' },
);

const httpRoute = z.strictObject(
  {
    enabled: setting(flag(), false, { text: 'Make an HTTPRoute for the page (needs the Gateway API).' }),
    annotations: setting(textMap('annotations'), {}, { text: 'Its annotations.' }),
    parentRefs: setting(
      z.array(kubernetesObject('{name: GATEWAY, namespace: ...}'), { error: 'a list of {name, namespace}' }),
      [],
      { text: 'The Gateways it belongs to.' },
    ),
    hostnames: hosts("Host names at which the page is found; the Gateway's when empty."),
  },
  { error: '{enabled: true, parentRefs: [...]}' },
);

export const pageSettings = {
  page: setting(
    z.strictObject(
      {
        enabled: setting(flag(), false, {
          text: 'Publish the page and the answer calendar, and nothing else, on a port and Service of their own.',
        }),
        basePath: setting(
          z.string({ error: BASE_PATH }).regex(/^(\/[A-Za-z0-9._~-]+)*\/?$/, { error: BASE_PATH }),
          '/',
          {
            text: "Path under which they are found, for example a hub's service prefix; a proxy must not take it away.",
            example: '/services/warm-nodes',
          },
        ),
        tokenFrom: optional(secretKey(), {
          text: 'The Secret with the token that opens them: 16 characters or more. Required when enabled.',
          example: { secret: 'warm-nodes-page', key: 'token' },
        }),
        ingress: setting(ingress, {}, { text: 'An Ingress for the page.' }),
        httpRoute: setting(httpRoute, {}, { text: 'An HTTPRoute for the page.' }),
      },
      { error: '{enabled: true, tokenFrom: {secret: NAME, key: KEY}}' },
    ),
    {},
    { text: 'The page and the answer calendar for people outside the cluster, behind a token.' },
  ),
};
