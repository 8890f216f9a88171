import { createServer } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { messageOf } from '../../src/alerts/message.ts';
import { type Answer, post } from '../../src/alerts/post.ts';
import { alert } from './events.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { receiver } from './receiver.ts';

let clock: FakeClock;
beforeEach(() => {
  clock = fakeClock();
});

const send = (url: string, signal = new AbortController().signal): Promise<Answer> =>
  post(url, messageOf([alert()], 0), { clock, signal });

describe('an answer', () => {
  it.each<[number, Answer]>([
    [200, { kind: 'taken', status: 200 }],
    [204, { kind: 'taken', status: 204 }],
    [400, { kind: 'refused', reason: 'HTTP 400' }],
    [413, { kind: 'refused', reason: 'HTTP 413' }],
    [401, { kind: 'failed', reason: 'HTTP 401', retryAfter: null }],
    [404, { kind: 'failed', reason: 'HTTP 404', retryAfter: null }],
    [503, { kind: 'failed', reason: 'HTTP 503', retryAfter: null }],
  ])('of %i is %j', async (status, expected) => {
    expect(await send((await receiver(() => ({ status }))).url)).toEqual(expected);
  });

  it('is not waited for to its end', async () => {
    const { url } = await receiver(() => ({ status: 200, endless: true }));
    expect(await send(url)).toEqual({ kind: 'taken', status: 200 });
    expect(clock.pending()).toBe(0);
  });

  it('that leads elsewhere is not followed', async () => {
    const elsewhere = await receiver();
    const { url } = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }));
    expect(await send(url)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('a redirect') });
    expect(elsewhere.received).toEqual([]);
  });
});

it('sends credentials of the URL as Basic ones, and not in the URL', async () => {
  const { port, received } = await receiver();
  await send(`http://us%C3%A9r:p%3A%20w@127.0.0.1:${port}/in?a=b`);
  expect(received).toMatchObject([
    {
      path: '/in?a=b',
      headers: { authorization: `Basic ${Buffer.from('usér:p: w').toString('base64')}` },
    },
  ]);
});

describe('a failure', () => {
  it('says the code alone, nothing of the URL', async () => {
    expect(await send('http://u:hunter2@127.0.0.1:1/hunter3')).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^(ECONNREFUSED|the connection failed)$/),
      retryAfter: null,
    });
  });

  it('is a server that speaks no HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'failed' });
  });

  it('is no answer within ten seconds', async () => {
    const { url, received } = await receiver(() => null);
    const answer = send(url);
    await expect.poll(() => received.length).toBe(1);
    clock.expire();
    expect(await answer).toEqual({ kind: 'failed', reason: 'no answer within 10 s', retryAfter: null });
  });
});

it('ends when it is told to, also before it has begun', async () => {
  const { url, received } = await receiver(() => null);
  const controller = new AbortController();
  const answer = send(url, controller.signal);
  await expect.poll(() => received.length).toBe(1);
  controller.abort(new Error('stopped'));
  await expect(answer).rejects.toThrow('stopped');
  await expect(send(url, controller.signal)).rejects.toThrow('stopped');
  expect(received.length).toBe(1);
  expect(clock.pending()).toBe(0);
});
