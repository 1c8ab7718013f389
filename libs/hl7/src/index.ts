export {
  MllpClient,
  type ConnectResult,
  type MllpClientOptions,
  type MllpFailure,
  type SendResult,
} from './mllp/client.js';
export type { MllpClosing, MllpFaultHandler, MllpHandler, MllpPeer } from './mllp/connection.js';
export {
  encodeFrame,
  FrameDecoder,
  type DecoderEvent,
  type DecoderLimits,
  type FramingFault,
} from './mllp/frame-decoder.js';
export {
  DEFAULT_MLLP_LIMITS,
  MllpServer,
  type MllpLimits,
  type MllpServerOptions,
  type MllpTls,
} from './mllp/server.js';

export { buildHeader, buildMessage, buildSegment } from './message/build.js';
export { decode, encode, type Charset } from './message/charset.js';
export { escapeText, unescape } from './message/escape.js';
export { readHeader, type RawHeader } from './message/header.js';
export {
  DEFAULT_MESSAGE_LIMITS,
  parseMessage,
  type Message,
  type MessageLimits,
  type ParseOptions,
  type ParseProblem,
  type ParseResult,
} from './message/parse.js';
export type { Repetition, Segment } from './message/segment.js';
export { DEFAULT_SEPARATORS, type Separators } from './message/separators.js';

export {
  buildAck,
  timestamp,
  type AckCode,
  type AckError,
  type AckParameters,
  type AckRequest,
  type ErrorLocation,
  type Severity,
} from './ack/build-ack.js';
export { parseAck, type ParseAckResult, type ReceivedAck, type ReceivedError } from './ack/parse-ack.js';
export { TABLE_0357, type Code0357 } from './ack/table-0357.js';

export { classifyMessage, type MessageClass } from './report-message/classify-message.js';
export type { PidPatient } from './report-message/patient.js';
export {
  syntaxProblem,
  type MessageProblem,
  type ProblemKind,
  type Read,
  type Warning,
} from './report-message/problem.js';
export { readOmi, type OmiMessage, type OmiStudy } from './report-message/read-omi.js';
export { readReportMessage, type ReportMessage, type ReportOptions } from './report-message/read-report-message.js';
export type { Sender, SenderOrganization, SenderPerson } from './report-message/sender.js';
export { IMAGING_TYPES, INS_OIDS, type ReportOperation, type VisibilityFlags } from './report-message/vocabulary.js';
