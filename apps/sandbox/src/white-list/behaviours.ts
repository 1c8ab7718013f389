import { z } from 'zod';

/**
 * Misbehaviours on demand. Of the file: `truncated` (its checksum file agrees), `flipped` (one bit of one entry),
 * `unsigned`, `two-signatures`, `wrapped` (under a root of its own), `other-signer` (same authority), `older`,
 * `entity-bomb`, `huge` (10 MB). Of the server: `down`, `error` (503), `redirect` (to another host), `slow`, `endless`
 * (bytes without end). Of the revocation lists: `crl-down`, `crl-garbage`.
 */
export const Fault = z.strictObject({
  kind: z.enum([
    'truncated',
    'flipped',
    'unsigned',
    'two-signatures',
    'wrapped',
    'other-signer',
    'older',
    'entity-bomb',
    'huge',
    'down',
    'error',
    'redirect',
    'slow',
    'endless',
    'crl-down',
    'crl-garbage',
  ]),
});
export type FaultKind = z.infer<typeof Fault>['kind'];

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** The file as it is served under a fault that is made of its own bytes; undefined for the others. */
export function spoilt(list: string, fault: FaultKind): Buffer | undefined {
  const signature = /<(ds:)?Signature .*<\/(ds:)?Signature>/s.exec(list)?.[0] ?? '';
  switch (fault) {
    case 'truncated':
      return Buffer.from(list.slice(0, Math.floor(list.length / 2)));
    case 'flipped': {
      const bytes = Buffer.from(list);
      const at = bytes.indexOf('OU=') + 4;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    }
    case 'unsigned':
      return Buffer.from(list.replace(signature, ''));
    case 'two-signatures':
      return Buffer.from(list.replace(signature, signature + signature));
    case 'wrapped': {
      const body = list.slice(list.indexOf('<ListeBlanche'));
      return Buffer.from(
        `<ListeBlancheDRIM-M><DateDeGeneration>2026-01-01T00:00:00Z</DateDeGeneration><ListeDomaines/>${body}</ListeBlancheDRIM-M>`,
      );
    }
    case 'entity-bomb': {
      const entities = [...'bcdefghi'].map((name, n) => `<!ENTITY ${name} "${`&${'abcdefgh'[n]};`.repeat(10)}">`);
      const doctype = `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${entities.join('')}]>`;
      return Buffer.from(list.replace('<ListeBlanche', `${doctype}<ListeBlanche`).replace('</ListeDomaines>', '&i;$&'));
    }
    case 'huge':
      return Buffer.from(list.replace('</ListeDomaines>', `${' '.repeat(TEN_MEGABYTES)}$&`));
    default:
      return undefined;
  }
}
