import type { Dispatcher } from 'undici';
import { exchange } from './exchange.js';

const MESSAGE = { contentType: 'text/plain', chunks: [Buffer.from('one'), Buffer.from('two')] };
const LIMITS = { connectMs: 1000, answerMs: 1000, maxResponseBytes: 100 };

/** A dispatcher that may pull the body before it fails. */
const failing = (error: unknown, pull: boolean): Dispatcher =>
  ({
    request: async ({ body }: { body: AsyncIterable<Buffer> }) => {
      if (pull) for await (const chunk of body) if (chunk.length > 0) break;
      throw error;
    },
  }) as unknown as Dispatcher;

const coded = (code: string): Error => Object.assign(new Error('message'), { code });
const run = (error: unknown, pull: boolean): ReturnType<typeof exchange> =>
  exchange(new URL('https://dmp.test/x'), MESSAGE, failing(error, pull), LIMITS);

describe('certainty of an exchange', () => {
  it.each([
    ['ECONNRESET', false, 'unreachable'],
    ['ECONNRESET', true, 'unknown'],
    ['UND_ERR_SOCKET', true, 'unknown'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true, 'unreachable'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true, 'unreachable'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', true, 'unreachable'],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', true, 'unknown'],
  ])('%s, body asked for: %s → %s', async (cause, pull, outcome) => {
    expect(await run(coded(cause), pull)).toMatchObject({ outcome, cause });
  });

  it('finds the code below the error, or gives its name, never its message', async () => {
    expect(await run(new Error('x', { cause: coded('EPIPE') }), true)).toMatchObject({ cause: 'EPIPE' });
    expect(await run(new TypeError('secret'), true)).toMatchObject({ cause: 'TypeError' });
    expect(await run('secret', true)).toMatchObject({ cause: 'unknown' });
  });
});
