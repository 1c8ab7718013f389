import { aReport } from '../testing/fixtures.js';
import { planOf, type PointerVersion } from './plan.js';
import { type LiveHead, type Wanted, wantedOf } from './wanted.js';

const OPEN = {
  masquePs: false,
  invisiblePatient: false,
  invisibleRepresentants: false,
  connexionSecrete: false,
  modifConfCode: false,
};

const version = (over: Partial<PointerVersion> = {}): PointerVersion => ({
  id: 'v1',
  kosUid: '1.2.1',
  ins: '279035121518989',
  visibility: OPEN,
  lineage: 'L1',
  reportId: aReport().id,
  instanceNumber: 1,
  status: 'approved',
  doubt: false,
  late: false,
  outdated: false,
  ...over,
});

const head = (over: Partial<LiveHead> = {}): LiveHead => ({ lineage: 'L1', since: 1, report: aReport(), ...over });
const wanted = (...heads: LiveHead[]): Wanted => wantedOf(heads, 'most-restrictive');
const plan = (want: Wanted, versions: PointerVersion[]): string[] =>
  planOf(want, versions).map(
    (operation) =>
      `${operation.kind}${'version' in operation ? ` ${operation.version.id}` : ''}${operation.kind === 'build' && operation.replaces ? ` over ${operation.replaces.id}` : ''}`,
  );

const hidden = aReport({ id: '00000000-0000-4000-8000-000000000002', visibility: { ...OPEN, invisiblePatient: true } });
const corrected = aReport({
  id: '00000000-0000-4000-8000-000000000003',
  patient: { ...aReport().patient, ins: { value: '179035121518985', oid: '1.2.250.1.213.1.4.10' } },
});

describe('what has to happen in the DMP', () => {
  it.each<[string, Wanted, PointerVersion[], string[]]>([
    ['a first report', wanted(head()), [], ['build']],
    ['a frozen version is sent', wanted(head()), [version({ status: 'frozen' })], ['send v1']],
    ['all is said', wanted(head()), [version()], []],
    ['a second report with the same visibility', wanted(head(), head({ lineage: 'L2', since: 2 })), [version()], []],
    [
      'a more restrictive second report',
      wanted(head(), head({ lineage: 'L2', since: 2, report: hidden })),
      [version()],
      ['build over v1'],
    ],
    [
      'a replacement of the report it was built from',
      wanted(head({ report: { ...aReport(), id: hidden.id } })),
      [version()],
      ['build over v1'],
    ],
    ['the last report withdrawn', wanted(), [version()], ['delete v1']],
    ['built as no pointer is built any more', wanted(head()), [version({ outdated: true })], ['build over v1']],
    ['outdated, and no longer wanted', wanted(), [version({ outdated: true })], ['delete v1']],
    ['withdrawn before anything was sent', wanted(), [version({ status: 'frozen' })], ['discard v1']],
    ['withdrawn while a send is in doubt', wanted(), [version({ status: 'frozen', doubt: true })], ['look v1']],
    ['wanted again while its deletion is in doubt', wanted(head()), [version({ doubt: true })], ['look v1']],
    [
      'a change overtakes a version that was never sent',
      wanted(head({ report: hidden })),
      [version({ status: 'frozen' })],
      ['discard v1'],
    ],
    [
      'a change waits as long as the DMP may still take the version it overtakes',
      wanted(head({ report: hidden })),
      [version({ status: 'frozen', late: true })],
      ['look v1'],
    ],
    ['so does a withdrawal', wanted(), [version({ status: 'frozen', late: true })], ['look v1']],
    [
      'the same version is sent again at once',
      wanted(head()),
      [version({ status: 'frozen', late: true })],
      ['send v1'],
    ],
    ['wanted again while its deletion may still be done', wanted(head()), [version({ late: true })], ['look v1']],
    ['a refused version waits for somebody', wanted(head()), [version({ status: 'refused' })], []],
    [
      'a change lets a refused version go',
      wanted(head({ report: hidden })),
      [version({ status: 'refused' })],
      ['discard v1'],
    ],
    [
      'a corrected INS: out of the old record, into the new',
      wanted(head({ report: corrected })),
      [version()],
      ['delete v1', 'build'],
    ],
    ['the first of two reports withdrawn, the other stays', wanted(head({ lineage: 'L2', since: 2 })), [version()], []],
    [
      'deleted in the DMP by somebody else, then replaced',
      wanted(head({ report: hidden })),
      [version({ status: 'lost' })],
      [],
    ],
    ['deleted in the DMP by somebody else, then withdrawn', wanted(), [version({ status: 'lost' })], []],
    ['published again after its deletion', wanted(head()), [version({ status: 'deleted' })], ['build']],
  ])('%s', (_name, want, versions, expected) => {
    expect(plan(want, versions)).toEqual(expected);
  });

  it('two patients on one study: nothing moves', () => {
    expect(plan(wanted(head(), head({ lineage: 'L2', since: 2, report: corrected })), [version()])).toEqual([]);
  });
});
