import { Expectations } from './expectations.js';
import type { ObjectReceiver } from './object-receiver.js';

const receiver: ObjectReceiver = { begin: () => undefined };
const uids = (study: string, series: string, sopInstance = '1.9') => ({ study, series, sopInstance });
const AE = 'DRIMBOX';

describe('whose an arriving object is', () => {
  it('is said by the message id, and confirmed by its UIDs', () => {
    const desk = new Expectations();
    const anna = desk.add('pacs', { study: '1.1', series: '1.1.1' }, receiver);
    const bruno = desk.add('pacs', { study: '1.2', series: '1.2.1' }, receiver);
    expect(anna.messageId).not.toBe(bruno.messageId);
    const said = (messageId: number, study: string, series: string) =>
      desk.match('pacs', { ae: AE, messageId }, AE, uids(study, series));
    expect(said(anna.messageId, '1.1', '1.1.1')).toBe(anna);
    expect(said(bruno.messageId, '1.2', '1.2.1')).toBe(bruno);
    // Under Anna's number, Bruno's image is nobody's: not Anna's, and not handed to Bruno either.
    expect(said(anna.messageId, '1.2', '1.2.1')).toBeUndefined();
  });

  it('is said by its UIDs when the PACS leaves the originator out, or names another', () => {
    const desk = new Expectations();
    const series = desk.add('pacs', { study: '1.1', series: '1.1.1' }, receiver);
    const instance = desk.add('pacs', { study: '1.1', series: '1.1.1', instance: '1.9' }, receiver);
    for (const originator of [undefined, { ae: 'OTHER', messageId: 1 }, { ae: AE, messageId: 4000 }]) {
      expect(desk.match('pacs', originator, AE, uids('1.1', '1.1.1', '1.8'))).toBe(series);
      expect(desk.match('pacs', originator, AE, uids('1.1', '1.1.1', '1.9'))).toBe(instance);
      expect(desk.match('pacs', originator, AE, uids('1.1', '1.1.2'))).toBeUndefined();
    }
  });

  it('is nobody’s on the listener of another PACS, and once the C-MOVE is given up', () => {
    const desk = new Expectations();
    const anna = desk.add('pacs', { study: '1.1', series: '1.1.1' }, receiver);
    const originator = { ae: AE, messageId: anna.messageId };
    expect(desk.match('other', originator, AE, uids('1.1', '1.1.1'))).toBeUndefined();
    expect(desk.mayMatch('other', originator, AE)).toBe(false);
    desk.remove(anna);
    expect(anna.open).toBe(false);
    expect(desk.match('pacs', originator, AE, uids('1.1', '1.1.1'))).toBeUndefined();
    expect(desk.mayMatch('pacs', originator, AE)).toBe(false);
  });

  it('never gives one message id to two, however many have passed', () => {
    const desk = new Expectations();
    const kept = desk.add('pacs', { study: '1.1' }, receiver);
    for (let n = 0; n < 70_000; n++) {
      const passing = desk.add('pacs', { study: '1.2' }, receiver);
      expect(passing.messageId).not.toBe(kept.messageId);
      desk.remove(passing);
    }
  });

  it('a list of instances covers only these', () => {
    const desk = new Expectations();
    const rest = desk.add('pacs', { study: '1.1', series: '1.1.1', instances: ['1.8', '1.9'] }, receiver);
    expect(desk.match('pacs', undefined, AE, uids('1.1', '1.1.1', '1.9'))).toBe(rest);
    expect(desk.match('pacs', undefined, AE, uids('1.1', '1.1.1', '1.7'))).toBeUndefined();
  });
});
