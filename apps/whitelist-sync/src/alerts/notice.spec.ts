import { mailOf } from './notice.js';

it('writes a notice as a mail', () => {
  const notice = { cause: 'list:DRIM-722', code: 'DRIM-722', at: '2026-11-27T12:00:00Z' } as const;
  expect(mailOf({ ...notice, state: 'raised', detail: 'digest: changed' })).toEqual({
    subject: '[DRIMbox] Alerte DRIM-722 : Signature de la liste blanche fausse',
    text: 'DRIM-722 – Signature de la liste blanche fausse\ndigest: changed\nDepuis : 2026-11-27T12:00:00Z\nCause : list:DRIM-722',
  });
  expect(mailOf({ ...notice, state: 'ended' }).subject).toContain('Fin d’alerte DRIM-722');
});
