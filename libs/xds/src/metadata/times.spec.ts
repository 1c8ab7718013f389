import { cdaTimeToXds, xdsTime } from './times.js';

describe('XDS times', () => {
  it('writes an instant in UTC', () => {
    expect(xdsTime(new Date('2026-03-01T00:30:05.999+01:00'))).toBe('20260228233005');
  });

  it.each([
    ['20210108102500+0100', '20210108092500'],
    ['20210108102500.123-0330', '20210108135500'],
    ['202101081025+0100', '20210108092500'],
    ['20210108102500', '20210108092500'], // no offset: winter time in Paris
    ['20210708102500', '20210708082500'], // summer time
    ['20210328013000', '20210328003000'], // half an hour before clocks go forward
    ['20210328033000', '20210328013000'], // half an hour after
    ['20211231233000-0500', '20220101043000'],
    ['20210108', '20210108'],
    ['202101', '202101'],
  ])('%s becomes %s', (cda, xds) => {
    expect(cdaTimeToXds(cda, 'Europe/Paris')).toBe(xds);
  });

  it.each(['', '2021-01-08', '20210231101500+0100', '2021010825', '20210108102500 UTC', '20210108102560'])(
    '%j is no time',
    (value) => {
      expect(cdaTimeToXds(value, 'Europe/Paris')).toBeUndefined();
    },
  );
});
