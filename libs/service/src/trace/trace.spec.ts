import { childOf, currentTrace, currentTraceparent, runInTrace } from './trace.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('continues the trace it received under a new span', () => {
  const child = childOf(PARENT);
  expect(child).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', flags: '01' });
  expect(child.spanId).not.toBe('00f067aa0ba902b7');
});

it.each([undefined, '', 'x', `${PARENT}-more`, PARENT.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32))])(
  'begins a new trace on %p',
  (header) => {
    const { traceId } = childOf(header);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  },
);

it('follows awaits and stays within its work', async () => {
  await runInTrace(childOf(PARENT), async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(currentTraceparent()).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
  });
  expect(currentTrace()).toBeUndefined();
});
