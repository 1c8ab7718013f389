import { listWorld, type ListWorld, FORMS } from '../testing/list-world.js';
import { verifyWhiteList } from './verify-white-list.js';
let world: ListWorld;
beforeAll(async () => {
  world = await listWorld();
});

describe.each(FORMS)('a %s list', (form) => {
  it('is refused whichever bit of it flips (every 5th byte)', () => {
    const good = Buffer.from(world.list({ form }));
    const accepted: number[] = [];
    for (let at = 0; at < good.length; at += 5) {
      const bad = Buffer.from(good);
      bad[at]! ^= 0x01;
      const result = verifyWhiteList(bad, world.options);
      if (result.ok) accepted.push(at);
    }
    // Neither signed nor used by anybody: the XML declaration and the Id of SignatureValue.
    const unused = [/<\?xml.*\?>/, /Id="value-id-1"/].flatMap((part) => {
      const found = part.exec(good.toString('latin1'));
      return found ? [{ from: found.index, to: found.index + found[0].length }] : [];
    });
    expect(accepted.filter((at) => !unused.some(({ from, to }) => at >= from && at < to))).toEqual([]);
  }, 120_000);

  it('is refused wherever it is cut', () => {
    const good = Buffer.from(world.list({ form }));
    for (let length = 0; length < good.length; length += 97) {
      expect(verifyWhiteList(good.subarray(0, length), world.options).ok).toBe(false);
    }
  });
});

describe.each(FORMS)('a %s list that is wrapped', (form) => {
  const EVIL =
    '<Domaine><Identifiant>9</Identifiant><db>db9.999.mesimagesmedicales.fr</db><DNCertificatOperateur>CN=db9.999.mesimagesmedicales.fr,OU=1</DNCertificatOperateur></Domaine>';
  const evilRoot = (inside: string): string =>
    `<ListeBlancheDRIM-M><DateDeGeneration>2026-11-01T00:00:00Z</DateDeGeneration><ListeDomaines>${EVIL}</ListeDomaines>${inside}</ListeBlancheDRIM-M>`;
  const body = (xml: string): string => xml.slice(xml.indexOf('<ListeBlanche'));
  const signatureOf = (xml: string): string => /<(ds:)?Signature .*<\/(ds:)?Signature>/s.exec(xml)![0];

  it.each<[string, (xml: string) => string]>([
    ['1: as a child of an evil root', (xml) => evilRoot(body(xml))],
    [
      '2: with its signature moved to an evil root, itself beside it',
      (xml) => evilRoot(body(xml).replace(signatureOf(xml), '') + signatureOf(xml)),
    ],
    [
      '3: in ds:Object of the signature, under an evil root',
      (xml) =>
        evilRoot(signatureOf(xml).replace(/<\/(ds:)?Object>/, (end) => body(xml).replace(signatureOf(xml), '') + end)),
    ],
    [
      '4: with an evil entry after the list',
      (xml) => xml.replace('</ListeDomaines>', `$&<ListeDomaines>${EVIL}</ListeDomaines>`),
    ],
    [
      '5: with an evil entry after the signature',
      (xml) => xml.replace('</ListeBlancheDRIM-M>', `<ListeDomaines>${EVIL}</ListeDomaines>$&`),
    ],
    [
      '6: with evil entries inside the signature',
      (xml) => xml.replace(/<(ds:)?KeyInfo>/, `<ListeDomaines>${EVIL}</ListeDomaines>$&`),
    ],
    [
      '7: with a second, empty signature first',
      (xml) => xml.replace('<DateDeGeneration>', '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>$&'),
    ],
    [
      '8: with its signed properties twice, an evil one first under the same Id',
      (xml) => xml.replace('<DateDeGeneration>', '<SignedProperties Id="xades-id-1"/>$&'),
    ],
    ['9: with two whole signatures', (xml) => xml.replace('</ListeBlancheDRIM-M>', `${signatureOf(xml)}$&`)],
    [
      '10: with its signature inside the list',
      (xml) => xml.replace(signatureOf(xml), '').replace('</ListeDomaines>', `${signatureOf(xml)}$&`),
    ],
    ['11: with an evil entry inside the list', (xml) => xml.replace('</ListeDomaines>', `${EVIL}$&`)],
  ])('%s, is refused', (_name, wrap) => {
    const good = world.list({ form });
    const bad = wrap(good);
    expect(bad).not.toBe(good);
    const result = verifyWhiteList(Buffer.from(bad), world.options);
    expect(result.ok).toBe(false);
    expect(!result.ok && ['profile', 'digest']).toContain(!result.ok && result.kind);
  });
});

/** Every element of a document as its place in the text. */
function elementsOf(xml: string): { from: number; to: number }[] {
  const elements: { from: number; to: number }[] = [];
  const open: number[] = [];
  for (const tag of xml.matchAll(/<(\/?)[A-Za-z][^>]*?(\/?)>/g)) {
    const end = tag.index + tag[0].length;
    if (tag[1] === '' && tag[2] === '') open.push(tag.index);
    else elements.push({ from: tag[1] === '' ? tag.index : open.pop()!, to: end });
  }
  return elements;
}

describe.each(FORMS)('a %s list whose elements are copied, moved, taken out at random', (form) => {
  it('is refused, or says what it said (fixed seed)', () => {
    const good = world.list({ form });
    const original = verifyWhiteList(Buffer.from(good), world.options);
    if (!original.ok) throw new Error(original.detail);
    const elements = elementsOf(good);
    let state = form.length;
    const draw = (n: number): number => (state = (state * 48_271) % 2_147_483_647) % n;
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const { from, to } = elements[draw(elements.length)]!;
      const target = elements[draw(elements.length)]!;
      const at = draw(2) === 0 ? target.from : target.to;
      const copy = good.slice(from, to);
      const act = draw(3);
      let bad = act === 0 ? good.slice(0, from) + good.slice(to) : good.slice(0, at) + copy + good.slice(at);
      // A move: the copy stays, the original goes.
      if (act === 2 && at >= to) bad = bad.slice(0, from) + bad.slice(to);
      const result = verifyWhiteList(Buffer.from(bad), world.options);
      if (!result.ok) refused++;
      else expect({ round, entries: result.list.entries }).toEqual({ round, entries: original.list.entries });
    }
    expect(refused).toBeGreaterThan(300);
  }, 120_000);
});
