import { ERRORS } from '@drimbox/contracts';
import { er7Segments } from './er7.js';

/** What a sender is told: MSA-1 and, for a refusal, ERR-2 and ERR-3. */
export type Told = 'AA' | 'nothing' | { readonly msa: 'AE' | 'AR'; readonly at: string; readonly hl7: string };

/** The acknowledgement of a message, field by field (interop §1.3); `code` is what ERR-5 must say. */
export function expectAcknowledgement(message: Buffer, raw: Buffer, told: Exclude<Told, 'nothing'>, code = ''): void {
  const [sent] = er7Segments(message);
  const [msh, msa, ...errors] = er7Segments(raw);
  const sentField = (n: number): string => sent?.field(n) ?? '';
  const header = (...numbers: number[]): Record<string, string> =>
    Object.fromEntries(numbers.map((n) => [`MSH-${n}`, msh?.field(n) ?? '']));
  expect([msh?.name, msa?.name, ...errors.map(({ name }) => name)]).toEqual(
    told === 'AA' ? ['MSH', 'MSA'] : ['MSH', 'MSA', 'ERR'],
  );
  expect(header(2, 3, 4, 5, 6, 8, 9, 11, 12, 17, 18, 21)).toEqual({
    'MSH-2': '^~\\&',
    'MSH-3': sentField(5),
    'MSH-4': sentField(6),
    'MSH-5': sentField(3),
    'MSH-6': sentField(4),
    'MSH-8': '',
    'MSH-9': `ACK^${sentField(9).split('^')[1]}^ACK`,
    'MSH-11': sentField(11),
    'MSH-12': sentField(12),
    // The official OMI leaves both empty; an acknowledgement must have them.
    'MSH-17': sentField(17) || 'FRA',
    'MSH-18': sentField(18) || 'UNICODE UTF-8',
    'MSH-21': '',
  });
  expect(msh?.field(7)).toMatch(/^\d{14}[+-]\d{4}$/);
  expect(msh?.field(10)).toMatch(/^.{1,199}$/);
  expect(msh?.field(10)).not.toBe(sentField(10));
  expect([msa?.field(1), msa?.field(2)]).toEqual([told === 'AA' ? 'AA' : told.msa, sentField(10)]);
  if (told !== 'AA') {
    const text = ERRORS[code as keyof typeof ERRORS].fr;
    expect([2, 3, 4, 5].map((n) => errors[0]?.field(n))).toEqual([told.at, told.hl7, 'E', `${code}^${text}^DRIMBOX`]);
  }
}
