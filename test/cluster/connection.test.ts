// The connection to the API server as kubeconfigs describe it, against a real HTTP server.
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../scaler/cluster/connection.ts';
import { type Kubeconfig, useKubeconfig } from '../support/kubeconfig.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let kubeconfig: Kubeconfig;
let opened: Connection[];

beforeEach(async () => {
  server = await startScriptedServer();
  kubeconfig = useKubeconfig(server.url, { token: 'first' });
  opened = [];
});

afterEach(async () => {
  for (const connection of opened) await connection.close();
  kubeconfig.remove();
  await server.close();
});

async function open(context?: string): Promise<Connection> {
  const connection = await connect(context === undefined ? {} : { context });
  opened.push(connection);
  return connection;
}

const nodes = { method: 'GET', path: '/api/v1/nodes' } as const;

describe('a connection', () => {
  it('knows its server and the namespace of its context', async () => {
    expect(await open()).toMatchObject({ server: server.url, namespace: 'hub' });
    expect((await open('there')).namespace).toBe('default');
  });

  it('sends method, query, body and content type as asked', async () => {
    const connection = await open();
    const answer = connection.request({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/hub/deployments/x',
      query: { fieldManager: 'me', force: true },
      body: { spec: { replicas: 3 } },
      contentType: 'application/apply-patch+yaml',
    });
    const asked = await server.next();
    expect(asked).toMatchObject({ method: 'PATCH', path: '/apis/apps/v1/namespaces/hub/deployments/x' });
    expect(Object.fromEntries(asked.query)).toEqual({ fieldManager: 'me', force: 'true' });
    expect(asked.headers).toMatchObject({
      'content-type': 'application/apply-patch+yaml',
      'user-agent': 'node-placeholder-scaler',
      authorization: 'Bearer first',
    });
    expect(JSON.parse(asked.body)).toEqual({ spec: { replicas: 3 } });
    asked.answer(409, { kind: 'Status', code: 409 }, { 'x-test': 'yes' });
    expect(await answer).toMatchObject({ status: 409, body: { code: 409 }, headers: { 'x-test': 'yes' } });
  });

  it('gives text where the answer is no JSON', async () => {
    const connection = await open();
    const answer = connection.request(nodes);
    (await server.next()).answer(502, '<html>bad gateway</html>');
    expect(await answer).toMatchObject({ status: 502, body: '<html>bad gateway</html>' });
  });

  it('carries one call after the other, typed ones too, over kept connections', async () => {
    const connection = await open();
    for (let i = 0; i < 5; i++) {
      const answer = connection.request(nodes);
      (await server.next()).answer(200, { items: [] });
      await answer;
      const typed = connection.apps.readNamespacedDeployment({ name: 'data8-placeholder', namespace: 'hub' });
      (await server.next('data8-placeholder')).answer(200, {
        metadata: { name: 'data8-placeholder' },
        spec: { replicas: 2 },
      });
      expect((await typed).spec?.replicas).toBe(2);
    }
    // A call that begins in the same turn in which another ends may find its connection not yet free.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('streams an answer as it comes', async () => {
    const connection = await open();
    const opening = connection.stream({ ...nodes, query: { watch: true } });
    const stream = (await server.next()).open();
    const { status, body } = await opening;
    stream.raw('one');
    const chunks = body[Symbol.asyncIterator]();
    expect([status, Buffer.from((await chunks.next()).value).toString()]).toEqual([200, 'one']);
    stream.end();
    expect((await chunks.next()).done).toBe(true);
  });

  it('gives up a call that is not answered in time, and names it', async () => {
    const connection = await open();
    await expect(connection.request({ ...nodes, timeoutMs: 20 })).rejects.toThrow(
      'GET /api/v1/nodes: no answer: within 0.02 s',
    );
  });

  it('names the call and the cause when there is nobody, and no token', async () => {
    const connection = await open();
    await server.close();
    await expect(connection.request(nodes)).rejects.toThrow(
      /^GET \/api\/v1\/nodes: no answer: connect ECONNREFUSED/,
    );
    await expect(connection.stream(nodes)).rejects.toThrow(
      /^GET \/api\/v1\/nodes: no answer: connect ECONNREFUSED/,
    );
    await expect(connection.request(nodes)).rejects.not.toThrow(/first/);
  });

  it('ends a call whose signal says so', async () => {
    const connection = await open();
    const controller = new AbortController();
    const answer = connection.request({ ...nodes, signal: controller.signal });
    const asked = await server.next();
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(asked.path).toBe('/api/v1/nodes');
  });

  it('goes through the proxy that the kubeconfig names', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url);
      response.end('{}');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    kubeconfig.write(
      {},
      {
        server: 'http://api.internal:8080',
        'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      },
    );
    const connection = await open();
    expect((await connection.request(nodes)).status).toBe(200);
    expect(seen).toEqual(['http://api.internal:8080/api/v1/nodes']);
    await connection.close();
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe('credentials', () => {
  const authorizationOf = async (connection: Connection) => {
    const answer = connection.request(nodes);
    const asked = await server.next();
    asked.answer(200, {});
    await answer;
    return asked.headers.authorization;
  };

  it('may be a token, a name and password, or none', async () => {
    expect(await authorizationOf(await open())).toBe('Bearer first');
    kubeconfig.write({ username: 'ada', password: 'secret' });
    expect(await authorizationOf(await open())).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`);
    kubeconfig.write({});
    expect(await authorizationOf(await open())).toBeUndefined();
  });

  it('in a token file are read again after a 401, once, and the call is repeated', async () => {
    const file = join(kubeconfig.folder, 'token');
    writeFileSync(file, 'old\n');
    kubeconfig.write({ tokenFile: 'token' });
    const connection = await open();
    const answer = connection.request(nodes);
    const first = await server.next();
    expect(first.headers.authorization).toBe('Bearer old');
    writeFileSync(file, 'new\n');
    first.answer(401, { message: 'Unauthorized' });
    const second = await server.next();
    expect(second.headers.authorization).toBe('Bearer new');
    second.answer(200, { fine: true });
    expect(await answer).toMatchObject({ status: 200, body: { fine: true } });
  });

  it('that stay wrong give the 401 after two tries', async () => {
    const connection = await open();
    const answer = connection.request(nodes);
    (await server.next()).answer(401, {});
    (await server.next()).answer(401, { message: 'Unauthorized' });
    expect(await answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(server.waiting()).toBe(0);
  });

  it('for a watch and for typed calls are read again as well', async () => {
    const connection = await open();
    const stream = connection.stream(nodes);
    (await server.next()).answer(401, {});
    kubeconfig.write({ token: 'second' });
    const typed = connection.core.listNode().catch((error: unknown) => error);
    const asked = [await server.next(), await server.next()];
    for (const one of asked) one.answer(401, {});
    const last = [await server.next()];
    expect(last[0]?.headers.authorization).toBe('Bearer second');
    last[0]?.answer(200, { items: [] });
    await Promise.all([stream, typed]);
  });

  it('may come from a plugin, which is told which version to answer in', async () => {
    const plugin = join(kubeconfig.folder, 'plugin.sh');
    writeFileSync(
      plugin,
      '#!/bin/sh\nversion=$(echo "$KUBERNETES_EXEC_INFO" | sed \'s/.*"apiVersion":"\\([^"]*\\)".*/\\1/; s,/,_,g\')\n' +
        'echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"for-$version\\"}}"\n',
    );
    chmodSync(plugin, 0o755);
    kubeconfig.write({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } });
    expect(await authorizationOf(await open())).toBe('Bearer for-client.authentication.k8s.io_v1');
  });

  it('from a plugin that is missing say which', async () => {
    kubeconfig.write({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' } });
    const connection = await open();
    await expect(connection.request(nodes)).rejects.toThrow(
      'no credentials for user "u" from the plugin "no-such-plugin", which must be on PATH: spawn no-such-plugin ENOENT',
    );
  });

  it('of a plugin that waits for a person are not waited for longer than the call may take', async () => {
    kubeconfig.write({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sleep', args: ['2'] },
    });
    const connection = await open();
    await expect(connection.request({ ...nodes, timeoutMs: 20 })).rejects.toThrow(/no answer: within 0.02 s/);
  });
});

describe('a kubeconfig that cannot be used is refused with what was expected', () => {
  it('an unknown context', async () => {
    await expect(connect({ context: 'prod' })).rejects.toThrow(
      /no context "prod" in KUBECONFIG=.*: expected one of "here", "there"/,
    );
  });

  it('a file that is not there', async () => {
    process.env.KUBECONFIG = join(kubeconfig.folder, 'missing');
    await expect(connect()).rejects.toThrow(/the kubeconfig cannot be read \(KUBECONFIG=.*missing\): ENOENT/);
  });

  it('a file without a context', async () => {
    writeFileSync(join(kubeconfig.folder, 'config'), '{}');
    await expect(connect()).rejects.toThrow(/no cluster to talk to: expected a current context/);
  });
});
