import { describe, expect, test } from 'vitest';
import { canRender, decodeStrictly, one, POOL, refusal, render, settingsOf, title } from './helm.ts';

const PAGE = {
  enabled: true,
  basePath: '/services/warm-nodes/',
  tokenFrom: { secret: 'warm-nodes-page', key: 'token' },
};
const kinds = (values: object) => render({ values: [{ ...POOL, ...values }] }).map(({ kind }) => kind);

describe.skipIf(!canRender)(title('the published page'), () => {
  test('is off as it stands', () => {
    const objects = render({ values: [POOL] });
    expect(objects.filter(({ kind }) => ['Ingress', 'HTTPRoute'].includes(kind))).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'Service')).toHaveLength(1);
    expect(JSON.stringify(one(objects, 'Deployment'))).not.toContain('page');
  });

  test('has a port and a Service of its own, with the token of a Secret', () => {
    const objects = render({ values: [{ ...POOL, page: PAGE }] });
    const [container] = one(objects, 'Deployment').spec.template.spec.containers;
    expect(container.args).toEqual(
      expect.arrayContaining([
        '--page-port=8081',
        '--page-base-path=/services/warm-nodes/',
        '--page-token-file=/etc/node-placeholder-scaler-page/token',
      ]),
    );
    expect(container.ports).toEqual([
      { name: 'http', containerPort: 8080 },
      { name: 'page', containerPort: 8081 },
    ]);
    expect(one(objects, 'Deployment').spec.template.spec.volumes).toContainEqual({
      name: 'page-token',
      secret: { secretName: 'warm-nodes-page', optional: true, items: [{ key: 'token', path: 'token' }] },
    });
    expect(one(objects, 'Service', 'warm-node-placeholder-scaler-page').spec.ports).toEqual([
      { name: 'page', port: 80, targetPort: 'page' },
    ]);
    expect(settingsOf(objects).page).toBeUndefined();
    expect(kinds({ page: PAGE })).not.toContain('Ingress');
  });

  test('is reached through an Ingress, and nothing but the page is', () => {
    const ingress = { enabled: true, className: 'nginx', hosts: ['hub.example.edu'] };
    const objects = render({ values: [{ ...POOL, page: { ...PAGE, ingress } }] });
    expect(one(objects, 'Ingress').spec).toEqual({
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'hub.example.edu',
          http: {
            paths: [
              {
                path: '/services/warm-nodes',
                pathType: 'Prefix',
                backend: { service: { name: 'warm-node-placeholder-scaler-page', port: { name: 'page' } } },
              },
            ],
          },
        },
      ],
    });
    expect(decodeStrictly(objects).filter((line) => !line.startsWith('ok '))).toEqual([]);
  });

  test('is reached through an HTTPRoute', () => {
    const httpRoute = { enabled: true, parentRefs: [{ name: 'public', namespace: 'gateways' }] };
    const { spec } = one(render({ values: [{ ...POOL, page: { ...PAGE, httpRoute } }] }), 'HTTPRoute');
    expect(spec).toEqual({
      parentRefs: [{ name: 'public', namespace: 'gateways' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/services/warm-nodes' } }],
          backendRefs: [{ name: 'warm-node-placeholder-scaler-page', port: 80 }],
        },
      ],
    });
  });

  test('may be entered through a network policy', () => {
    const [rule] = one(
      render({ values: [{ ...POOL, page: PAGE, networkPolicy: { enabled: true } }] }),
      'NetworkPolicy',
    ).spec.ingress;
    expect(rule.ports).toContainEqual({ port: 'page', protocol: 'TCP' });
  });

  test.each([
    [{ enabled: true }, 'kubectl create secret generic'],
    [{ ...PAGE, httpRoute: { enabled: true } }, 'name the Gateway it belongs to'],
    [{ ingress: { enabled: true } }, 'nothing would answer there'],
    [{ ...PAGE, basePath: 'no path' }, 'basePath'],
  ])('with %j is refused with what to do', (page, words) => {
    expect(refusal({ ...POOL, page })).toContain(words);
  });

  test('taken away with null is off', () => {
    expect(kinds({ page: null })).not.toContain('Ingress');
  });
});
