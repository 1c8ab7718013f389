import type { Visibility } from '@drimbox/contracts';
import { aReport, aStudy, REGISTRY } from '../testing/fixtures.js';
import { matchOrder, matchPatient } from './order-match.js';
import { chooseStructure } from './structure.js';
import { visibilityChange, visibilityOfSet } from './visibility.js';

const order = (accession?: string, placer?: string) => ({
  ...(accession ? { accession: { root: '1.2.3', extension: accession } } : {}),
  ...(placer ? { placer: { root: '1.2.4', extension: placer } } : {}),
});

const flags = (over: Partial<Visibility>): Visibility => ({
  masquePs: false,
  invisiblePatient: false,
  invisibleRepresentants: false,
  connexionSecrete: false,
  modifConfCode: false,
  ...over,
});

describe('which order belongs to the study', () => {
  it('takes the order whose accession number the PACS names', () => {
    const report = aReport({ orders: [order('A1', 'P1'), order('A2', 'P2')] });
    expect(matchOrder(report, aStudy({ accession: 'A2' }))).toEqual({ ok: true, order: order('A2', 'P2') });
  });

  it('refuses when the report names other accession numbers only', () => {
    expect(matchOrder(aReport(), aStudy({ accession: 'OTHER' }))).toEqual({ ok: false, failure: { code: 'DRIM-401' } });
  });

  it('absent on either side is not a mismatch', () => {
    const silentPacs = aStudy({ accession: '' });
    expect(matchOrder(aReport(), silentPacs)).toEqual({ ok: true, order: aReport().orders[0] });
    expect(matchOrder(aReport({ orders: [] }), aStudy())).toEqual({ ok: true, order: {} });
    expect(matchOrder(aReport({ orders: [order(undefined, 'P1')] }), aStudy())).toEqual({
      ok: true,
      order: order(undefined, 'P1'),
    });
  });

  it('takes the number of the PACS when the report names none and its authority is known', () => {
    const without = aReport({ orders: [order(undefined, 'P1')] });
    const expected = { placer: { root: '1.2.4', extension: 'P1' }, accession: { root: '1.2.9', extension: 'ACN901' } };
    expect(matchOrder(without, aStudy(), '1.2.9')).toEqual({ ok: true, order: expected });
    expect(matchOrder(aReport(), aStudy(), '1.2.9')).toEqual({ ok: true, order: aReport().orders[0] });
  });

  it('does not guess between several orders when the PACS is silent', () => {
    const report = aReport({ orders: [order('A1'), order('A2')] });
    expect(matchOrder(report, aStudy({ accession: '' }))).toEqual({ ok: true, order: {} });
  });
});

describe('local patient id', () => {
  it('differs only when both sides know one', () => {
    expect(matchPatient(aReport(), aStudy())).toBeUndefined();
    expect(matchPatient(aReport(), aStudy({ patientId: '' }))).toBeUndefined();
    const { ipp: _ipp, ...withoutIpp } = aReport().patient;
    expect(matchPatient(aReport({ patient: withoutIpp }), aStudy({ patientId: 'X' }))).toBeUndefined();
    expect(matchPatient(aReport(), aStudy({ patientId: 'X' }))).toEqual({ code: 'DRIM-402' });
  });
});

describe('which structure feeds the DMP', () => {
  const other = { organization: { id: '1990000002', name: 'Centre Bêta' } };

  it('is the legal authenticator’s, and a difference with PRT is told', () => {
    const result = chooseStructure(aReport({ sender: other }), REGISTRY, 'legal-authenticator');
    expect(result).toMatchObject({ ok: true, chosen: { structure: { id: '1990000001' }, differs: true } });
  });

  it('is the sender’s when the CDA names none', () => {
    const { legalAuthenticator: _none, ...report } = aReport();
    expect(chooseStructure(report, REGISTRY, 'legal-authenticator')).toMatchObject({
      ok: true,
      chosen: { differs: false },
    });
  });

  it('fails without an organisation, and without its certificate', () => {
    const { legalAuthenticator: _a, sender: _b, ...report } = aReport();
    expect(chooseStructure(report, REGISTRY, 'legal-authenticator')).toMatchObject({
      ok: false,
      failure: { code: 'DRIM-408' },
    });
    const unknown = chooseStructure(aReport({ legalAuthenticator: other }), REGISTRY, 'legal-authenticator');
    expect(unknown).toMatchObject({ ok: false, failure: { code: 'DRIM-404' } });
  });
});

describe('visibility of a set of reports', () => {
  it('is the most restrictive, or the latest by setting', () => {
    const set = [flags({ invisiblePatient: true }), flags({ masquePs: true })];
    expect(visibilityOfSet(set, 'most-restrictive')).toEqual(flags({ invisiblePatient: true, masquePs: true }));
    expect(visibilityOfSet(set, 'latest')).toEqual(flags({ masquePs: true }));
    expect(visibilityOfSet([], 'most-restrictive')).toEqual(flags({}));
  });

  it('changes only by what the DMP shows: hiding anything is a hide, anything else a show', () => {
    const hidden = flags({ invisibleRepresentants: true });
    expect(visibilityChange(flags({ modifConfCode: true }), flags({}))).toBeUndefined();
    expect(visibilityChange(flags({}), hidden)).toBe('report.hide');
    expect(visibilityChange(hidden, flags({}))).toBe('report.show');
    expect(visibilityChange(hidden, flags({ masquePs: true }))).toBe('report.hide');
  });
});
