import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryUsage } from 'node:process';
import type { CdaFailure } from './limits.js';
import { readReportCda } from './read-report-cda.js';
import { cda, type CdaFixture } from './report-cda.fixture.js';

const verdict = (bytes: Buffer): CdaFailure['kind'] | 'accepted' => {
  const result = readReportCda(bytes);
  return result.ok ? 'accepted' : result.failure.kind;
};
const PROLOG = '<?xml version="1.0" encoding="utf-8"?>';
const utf16 = (text: string, mark: boolean): Buffer => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

const LAUGHS = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY ${'abcdefghijklmnopqrstuv'[i + 1]} "${`&${'abcdefghijklmnopqrstuv'[i]};`.repeat(10)}">`).join('')}]>`;
const XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';

/** At least the payloads of identity-security §9. */
const ATTACKS: readonly (readonly [title: string, document: Buffer, kind: CdaFailure['kind']])[] = [
  ['external entity', cda({ prolog: PROLOG + XXE, name: '<family>&e;</family>' }), 'doctype'],
  ['billion laughs', cda({ prolog: PROLOG + LAUGHS, name: '<family>&u;</family>' }), 'doctype'],
  [
    'external subset',
    cda({ prolog: `${PROLOG}<!DOCTYPE ClinicalDocument SYSTEM "http://192.0.2.1/x.dtd">` }),
    'doctype',
  ],
  ['empty DOCTYPE', cda({ prolog: `${PROLOG}<!DOCTYPE ClinicalDocument>` }), 'doctype'],
  ['DOCTYPE in lower case', cda({ prolog: `${PROLOG}<!doctype ClinicalDocument>` }), 'doctype'],
  [
    'DOCTYPE after comments and white space',
    cda({ prolog: `${PROLOG}<!-- <a> -->\n\n<?p <!-- ?>\n <!DOCTYPE a>` }),
    'doctype',
  ],
  [
    'parameter entity',
    cda({ prolog: `${PROLOG}<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>` }),
    'doctype',
  ],
  ['DOCTYPE in UTF-16LE', utf16(cda({ prolog: XXE }).toString(), true), 'encoding'],
  ['DOCTYPE in UTF-16LE without a mark', utf16(cda({ prolog: XXE }).toString(), false), 'encoding'],
  ['DOCTYPE in UTF-16BE', swapped(utf16(cda({ prolog: XXE }).toString(), true)), 'encoding'],
  ['DOCTYPE in UTF-7', Buffer.from('<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'), 'encoding'],
  ['EBCDIC declared', Buffer.from('<?xml version="1.0" encoding="IBM037"?><a/>'), 'encoding'],
  ['200 levels', Buffer.from(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`), 'too-deep'],
  ['a million levels never closed', Buffer.from('<a>'.repeat(1_000_000)), 'too-deep'],
  ['a million elements', Buffer.from(`<r>${'<a/>'.repeat(1_000_000)}</r>`), 'too-many-nodes'],
  [
    '100,000 attributes',
    Buffer.from(`<a ${Array.from({ length: 100_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
    'too-many-nodes',
  ],
  [
    '100,000 namespaces',
    Buffer.from(`<a ${Array.from({ length: 100_000 }, (_, i) => `xmlns:a${i}="u"`).join(' ')}/>`),
    'too-many-nodes',
  ],
  ['an undeclared entity', cda({ name: '<family>&e;</family>' }), 'not-well-formed'],
  ['two roots', Buffer.concat([cda(), Buffer.from('<b/>')]), 'not-well-formed'],
  ['an undeclared prefix', cda({ header: '<x:y/>' }), 'not-well-formed'],
  ['a cut document', cda().subarray(0, -30), 'not-well-formed'],
  ['an open comment', cda({ header: '<!-- ' }), 'not-well-formed'],
  ['an open CDATA section', cda({ header: '<![CDATA[ ' }), 'not-well-formed'],
  ['an open attribute', Buffer.from('<a b="'), 'not-well-formed'],
  [
    'bytes that are not UTF-8',
    Buffer.concat([Buffer.from('<a>'), Buffer.of(0xe9, 0x3c), Buffer.from('/a>')]),
    'not-well-formed',
  ],
  ['NUL bytes in the text', cda({ name: '<family>A\0B</family>' }), 'not-well-formed'],
  ['nothing', Buffer.alloc(0), 'not-well-formed'],
  ['21 MB', Buffer.alloc(21 * 1024 * 1024, 0x20), 'too-large'],
];

describe('hostile documents', () => {
  it.each(ATTACKS)('%s is refused', (_title, document, kind) => {
    expect(verdict(document)).toBe(kind);
  });

  it('markup in comments, CDATA sections and quoted values is text', () => {
    const header: CdaFixture['header'] = `<!-- <!DOCTYPE a> -->${'<!--<a>-->'.repeat(300)}<setId root="1.2" extension="a&gt;b"/>`;
    expect(
      verdict(cda({ header, name: '<family qualifier="BR"><![CDATA[<!DOCTYPE>]]></family><given a=">">X</given>' })),
    ).toBe('accepted');
  });

  it('asks nothing of the network', async () => {
    let requests = 0;
    const canary = createServer((_request, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => {
      canary.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`;
    const include = `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${url}"/>`;
    const stylesheet = `${PROLOG}<?xml-stylesheet type="text/xsl" href="${url}"?>`;
    expect(verdict(cda({ prolog: stylesheet, header: include }))).toBe('accepted');
    expect(verdict(cda({ prolog: `${PROLOG}<!DOCTYPE a SYSTEM "${url}">` }))).toBe('doctype');
    await new Promise((resolve) => {
      canary.close(resolve);
    });
    expect(requests).toBe(0);
  });

  it('gives no text of the document away in its failures', () => {
    for (const name of [
      '<family>SECRET&e;</family>',
      '<family SECRET>A</family>',
      '<SECRET:family/>',
      '<given>SECRET</given>',
    ]) {
      const result = readReportCda(cda({ name }));
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain('SECRET');
    }
  });

  it('frees every document, read or refused', () => {
    const body = `<component><nonXMLBody><text>${'A'.repeat(3_000_000)}</text></nonXMLBody></component>`;
    const good = cda({ body });
    const refused = cda({ body, id: '' });
    const broken = good.subarray(0, -30);
    const round = (): void => {
      for (const document of [good, refused, broken]) verdict(document);
    };
    for (let i = 0; i < 5; i++) round();
    const before = memoryUsage().rss;
    for (let i = 0; i < 40; i++) round();
    // 120 documents of 3 MB kept would be 360 MB.
    expect(memoryUsage().rss - before).toBeLessThan(120 * 1024 * 1024);
  });

  it('mutated, is refused or read, and never throws', () => {
    const original = cda({
      header: '<!-- c --><setId root="1.2"/>',
      orders: '<inFulfillmentOf><order><id root="1" extension="2"/></order></inFulfillmentOf>',
    });
    const random = seeded(77);
    const pick = (n: number): number => Math.floor(random() * n);
    const tokens = [
      '<',
      '>',
      '"',
      "'",
      '/',
      '&',
      '=',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '<!DOCTYPE a>',
      '\0',
      '\u00e9',
      ' xmlns="u"',
      '<a>',
      '</a>',
    ];
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 4000; round++) {
      let bytes: Buffer = original;
      for (let edits = 1 + pick(3); edits > 0; edits--) {
        const at = pick(bytes.length);
        const removed = pick(3) === 0 ? pick(60) : 0;
        const added = pick(2) === 0 ? Buffer.from(tokens[pick(tokens.length)]!) : Buffer.of(pick(256));
        bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
      }
      const outcome = verdict(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['accepted', 'not-well-formed', 'doctype', 'missing']));
  });
});

/** Small seeded generator (mulberry32), from 0 to 1: the same sequence at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
