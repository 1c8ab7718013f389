/** How an XML document may attack its reader; made from a sound document that it otherwise leaves as it is. */
export interface HostileCda {
  readonly name: string;
  readonly document: (sound: string) => string | Buffer;
}

const DECLARATION = /^<\?xml[^>]*\?>/;
const body = (sound: string): string => sound.replace(DECLARATION, '');

/** With a document type before the root, and something of it used in the title. */
const withDoctype =
  (subset: string, used = '') =>
  (sound: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE ClinicalDocument ${subset}>${body(sound).replace('<title>', `<title>${used}`)}`;

const LAUGHS = Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`).join('');
const DEEP = 20_000;
const MANY = 100_000;

/** @param canary an address that nobody may ask for. */
export const hostileCdas = (canary: string): readonly HostileCda[] => [
  { name: 'an external entity on a file', document: withDoctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]', '&x;') },
  {
    name: 'an external entity on the network',
    document: withDoctype(`[<!ENTITY x SYSTEM "${canary}/entity">]`, '&x;'),
  },
  { name: 'an external parameter entity', document: withDoctype(`[<!ENTITY % x SYSTEM "${canary}/parameter">%x;]`) },
  { name: 'an external document type', document: withDoctype(`SYSTEM "${canary}/dtd"`) },
  { name: 'a billion laughs', document: withDoctype(`[<!ENTITY lol0 "lol">${LAUGHS}]`, '&lol9;') },
  {
    name: 'one long entity used often',
    document: withDoctype(`[<!ENTITY a "${'a'.repeat(MANY)}">]`, '&a;'.repeat(1000)),
  },
  { name: 'a bare document type', document: withDoctype('') },
  { name: 'UTF-16', document: (sound) => Buffer.from(`\ufeff${sound.replace('UTF-8', 'UTF-16')}`, 'utf16le') },
  { name: 'UTF-16 under an UTF-8 declaration', document: (sound) => Buffer.from(sound, 'utf16le') },
  { name: 'an encoding nobody knows', document: (sound) => `<?xml version="1.0" encoding="UTF-7"?>${body(sound)}` },
  {
    name: 'deep nesting',
    document: (sound) => sound.replace('<title>', `${'<a>'.repeat(DEEP)}${'</a>'.repeat(DEEP)}<title>`),
  },
  {
    name: '100,000 attributes',
    document: (sound) =>
      sound.replace('<title', `<title ${Array.from({ length: MANY }, (_, n) => `a${n}="x"`).join(' ')}`),
  },
  { name: '100,000 elements', document: (sound) => sound.replace('<title>', `${'<a/>'.repeat(MANY)}<title>`) },
  { name: 'the same attribute twice', document: (sound) => sound.replace('<title', '<title a="1" a="2"') },
  { name: 'an undeclared prefix', document: (sound) => sound.replace('<title>', '<nobody:a/><title>') },
  { name: 'two roots', document: (sound) => `${sound}${body(sound)}` },
  { name: 'a cut document', document: (sound) => sound.slice(0, sound.length / 2) },
  { name: 'no XML at all', document: () => '%PDF-1.4' },
];
