/** HL7 table 0357, message error condition codes, as the volet uses them; the text is what ERR-3.2 carries. */
export const TABLE_0357 = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '198': 'Non-conformant cardinality',
  '199': 'Other HL7 error',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '207': 'Application internal error',
} as const;

export type Code0357 = keyof typeof TABLE_0357;
