import { parseMessage } from '../message/parse.js';
import { classifyMessage } from './classify-message.js';

describe('classification', () => {
  it.each([
    ['ORU^R01^ORU_R01', 'report'],
    ['MDM^T02', 'report'],
    ['OMI^O23^OMI_O23', 'omi'],
    ['ACK^R01^ACK', 'ack'],
    ['ACK', 'ack'],
    ['OMI^O21', 'unsupported'],
    ['ADT^A08', 'unsupported'],
    ['', 'unsupported'],
  ])('%j is %s', (type, kind) => {
    const parsed = parseMessage(Buffer.from(`MSH|^~\\&|A|B|C|D|2026||${type}|1|P|2.5`));
    expect(parsed.ok && classifyMessage(parsed.value).kind).toBe(kind);
  });
});
