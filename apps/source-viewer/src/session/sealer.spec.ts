import type { IncomingMessage } from 'node:http';
import { cookieOf } from './cookies.js';
import { newId, Sealer } from './sealer.js';

it('opens what it sealed, in its place and with its key alone', () => {
  const sealer = new Sealer(Buffer.alloc(32, 1));
  const sealed = sealer.seal('row 1', { word: 'secret' });
  expect(sealed.toString('latin1')).not.toContain('secret');
  expect(new Sealer(Buffer.alloc(32, 1)).open('row 1', sealed)).toEqual({ word: 'secret' });
  expect(sealer.open('row 2', sealed)).toBeUndefined();
  expect(new Sealer().open('row 1', sealed)).toBeUndefined();
  sealed[sealed.length - 1]! ^= 1;
  expect(sealer.open('row 1', sealed)).toBeUndefined();
  expect(sealer.open('row 1', Buffer.alloc(3))).toBeUndefined();
});

it('takes a cookie sent once, and of the shape of an id', () => {
  const read = (cookie: string): string | undefined => cookieOf({ headers: { cookie } } as IncomingMessage, 'a');
  const id = newId();
  expect(read(`b=1; a=${id}`)).toBe(id);
  expect([read(`a=${id}; a=2`), read('a='), read('a=x y'), read(`a=${'x'.repeat(65)}`), read('')]).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});
