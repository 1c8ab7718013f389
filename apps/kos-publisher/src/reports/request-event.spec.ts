import { aReport } from '../testing/fixtures.js';
import { requestEvent } from './request-event.js';

const visibility = {
  masquePs: false,
  invisiblePatient: false,
  invisibleRepresentants: false,
  connexionSecrete: false,
  modifConfCode: true,
};

describe('what a report asks of an exam', () => {
  it('a first transmission starts the exam or joins it', () => {
    expect(requestEvent(aReport(), 'none')).toBe('report.new');
    expect(requestEvent(aReport(), 'published')).toBe('report.join');
  });

  it.each([
    [aReport({ operation: 'withdraw' }), 'report.withdraw'],
    [aReport({ operation: 'replace' }), 'report.replace'],
    [aReport({ operation: 'replace', visibility: { ...visibility, invisiblePatient: true } }), 'report.hide'],
    [aReport({ operation: 'replace', visibility }), 'report.show'],
  ] as const)('%#: → %s', (report, expected) => {
    expect(requestEvent(report, 'published')).toBe(expected);
  });
});
