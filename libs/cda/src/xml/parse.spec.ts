import { readReportCda } from '../read-report-cda.js';
import { cda } from '../report-cda.fixture.js';

describe('parsing', () => {
  it('reads ISO 8859-15 and a byte order mark', () => {
    const prolog = '<?xml version="1.0" encoding="ISO-8859-15"?>';
    const text = cda({ prolog, name: '<family>\u00c9\u00a4</family>' }).toString();
    const latin9 = readReportCda(Buffer.from(text, 'latin1'));
    expect(latin9.ok && latin9.value.patient.birthFamily).toBe('É€');
    const marked = readReportCda(Buffer.concat([Buffer.from('\ufeff'), cda()]));
    expect(marked.ok).toBe(true);
  });

  it('reads a document whose PDF passes 10 MB', () => {
    const body = `<component><nonXMLBody><text>${'A'.repeat(12_000_000)}</text></nonXMLBody></component>`;
    expect(readReportCda(cda({ body })).ok).toBe(true);
    const bounded = readReportCda(cda({ body }), { maxBytes: 12_000_000 });
    expect(bounded.ok || bounded.failure).toEqual({ kind: 'too-large' });
  });
});
