import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listWorld, type ListWorld } from '../testing/list-world.js';
import { verifyWhiteList } from './verify-white-list.js';
let world: ListWorld;
beforeAll(async () => {
  world = await listWorld();
});

describe('bytes that are no list', () => {
  const bomb = `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${'bcdefgh'
    .split('')
    .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefgh'[i]};`.repeat(10)}">`)
    .join('')}]>`;

  it.each<[string, (good: string) => string | Buffer, string, string | null]>([
    ['empty', () => '', 'markup', 'not-well-formed'],
    ['not XML', () => 'hello', 'markup', 'not-well-formed'],
    [
      'an entity bomb',
      (good) => good.replace('<ListeBlanche', `${bomb}<ListeBlanche`).replace('OPERATEUR', '&h;'),
      'markup',
      'doctype',
    ],
    [
      'an external entity',
      (good) => good.replace('<ListeBlanche', '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><ListeBlanche'),
      'markup',
      'doctype',
    ],
    ['10 MB', (good) => good.replace('<DateDeGeneration>', `${' '.repeat(10 * 1024 * 1024)}$&`), 'markup', 'too-large'],
    ['UTF-16', (good) => Buffer.from(`\ufeff${good}`, 'utf16le'), 'markup', 'encoding'],
    ['said to be Latin-1', (good) => good.replace('UTF-8', 'ISO-8859-1'), 'markup', 'encoding'],
    [
      'with a processing instruction',
      (good) => good.replace('<DateDeGeneration>', '<?php x?>$&'),
      'markup',
      'instruction',
    ],
    [
      '10,000 levels deep',
      (good) => good.replace('<DateDeGeneration>', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}$&`),
      'markup',
      'too-deep',
    ],
    ['an unknown entity', (good) => good.replace('OPERATEUR', '&unknown;'), 'markup', 'not-well-formed'],
    ['two roots', (good) => `${good}<a/>`, 'markup', 'not-well-formed'],
    ['unsigned', (good) => good.replace(/<ds:Signature .*<\/ds:Signature>/s, ''), 'unsigned', null],
    ['another document', (good) => good.replaceAll('ListeBlancheDRIM-M', 'ListeBlancheMSSante'), 'profile', null],
  ])('%s: refused', (_name, bend, kind, detail) => {
    const bytes = Buffer.from(bend(world.list()) as string);
    const result = verifyWhiteList(bytes, world.options);
    expect(result).toMatchObject({ ok: false, kind, ...(detail !== null && { detail }) });
  });

  it('10,000 entries are read', () => {
    const entries = Array.from({ length: 10_000 }, (_, n) => ({
      db: `db${n}.991.mesimagesmedicales.fr`,
      dn: `CN=db${n}.991.mesimagesmedicales.fr,OU=318751275100020,O=OPERATEUR ${n},ST=Paris (75),C=FR`,
    }));
    const result = verifyWhiteList(Buffer.from(world.list({ entries })), world.options);
    expect(result.ok && result.list.entries.length).toBe(10_000);
  });

  it('asks nothing of the network', async () => {
    let asked = 0;
    const canary = createServer((_request, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/x`;
    const good = world.list();
    for (const bad of [
      good.replace('<ListeBlanche', `<!DOCTYPE l SYSTEM "${address}"><ListeBlanche`),
      good.replace('<ListeBlanche', `<!DOCTYPE l [<!ENTITY % x SYSTEM "${address}"> %x;]><ListeBlanche`),
      good.replace('<DateDeGeneration>', `<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="${address}"/>$&`),
      good.replace('<DateDeGeneration>', `<?xml-stylesheet href="${address}"?>$&`),
      good.replace('URI=""', `URI="${address}"`),
      good.replace(
        'versionFormat',
        `xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="a ${address}" versionFormat`,
      ),
    ]) {
      expect(bad).not.toBe(good);
      expect(verifyWhiteList(Buffer.from(bad), world.options).ok).toBe(false);
    }
    await new Promise((resolve) => canary.close(resolve));
    expect(asked).toBe(0);
  });
});
