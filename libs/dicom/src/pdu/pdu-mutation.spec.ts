import { MessageAssembler } from '../dimse/message-assembler.js';
import { CommandField, encodeCommand } from '../dimse/command-set.js';
import { Tag } from '../dataset/tags.js';
import { mutated, seededRandom } from '../testing/random.js';
import { encodeData, encodePdu } from './encode-pdu.js';
import { PduType } from './pdu.js';
import { PduError } from './pdu-error.js';
import { PduReader } from './pdu-reader.js';

const associate = {
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  maxPduLength: 16_384,
  implementationClassUid: '1.2.3',
  roles: [{ sopClass: '1.2.840.10008.5.1.4.1.1.2', scu: false, scp: true }],
};
const command = encodeCommand({ [Tag.CommandField]: CommandField.FindResponse, [Tag.Status]: 0xff00 }, true);

/** A whole conversation: both associations, a message, release, abort. */
const CONVERSATION = Buffer.concat([
  encodePdu({
    ...associate,
    type: PduType.AssociateRequest,
    contexts: [{ id: 1, abstractSyntax: '1.2', transferSyntaxes: ['1.2.3', '1.2.4'] }],
  }),
  encodePdu({ ...associate, type: PduType.AssociateAccept, contexts: [{ id: 1, result: 0, transferSyntax: '1.2.3' }] }),
  ...encodeData(1, true, command, 64, 64),
  ...encodeData(1, false, Buffer.alloc(300, 7), 64, 64),
  encodePdu({ type: PduType.ReleaseRequest }),
  encodePdu({ type: PduType.Abort, source: 0, reason: 0 }),
]);

it('reads the conversation itself', () => {
  expect(outcome(CONVERSATION, CONVERSATION.length)).toBe('read');
});

it('5000 mutations of a conversation: read, waiting for more, or a PduError; never another error', () => {
  const random = seededRandom(20_261_122);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 5000; round += 1) {
    const bytes = mutated(CONVERSATION, random);
    const seen = outcome(bytes, 1 + Math.floor(random() * 200));
    outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1);
  }
  expect(new Set(outcomes.keys())).toEqual(new Set(['read', 'malformed', 'limit']));
});

/** Other errors than PduError leave the function, and fail the test. */
function outcome(bytes: Buffer, chunk: number): string {
  let handedOn = 0;
  const assembler = new MessageAssembler(
    (id) => id === 1,
    () => undefined,
  );
  const reader = new PduReader({
    onPdu: () => undefined,
    onFragment: (fragment) => {
      handedOn += fragment.bytes.length;
      assembler.push(fragment);
    },
  });
  try {
    for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  } catch (error) {
    if (error instanceof PduError) return error.kind;
    throw error;
  }
  expect(handedOn).toBeLessThanOrEqual(bytes.length);
  return 'read';
}
