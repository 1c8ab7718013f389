import { APPLICATION_CONTEXT } from '../uids.js';
import {
  type Abort,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  type ControlPdu,
  PduType,
} from './pdu.js';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

function item(type: number, ...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head[0] = type;
  head.writeUInt16BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    2,
  );
  return Buffer.concat([head, ...parts]);
}

function pdu(type: number, ...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(6);
  head[0] = type;
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    2,
  );
  return Buffer.concat([head, ...parts]);
}

/** Encodes any PDU but P-DATA-TF (PS3.8 §9.3.2–9.3.8). */
export function encodePdu(value: ControlPdu): Buffer {
  switch (value.type) {
    case PduType.AssociateRequest:
    case PduType.AssociateAccept:
      return encodeAssociate(value);
    case PduType.AssociateReject:
      return encodeReject(value);
    case PduType.Abort:
      return encodeAbort(value);
    default:
      return pdu(value.type, Buffer.alloc(4));
  }
}

function encodeAssociate(value: AssociateRequest | AssociateAccept): Buffer {
  const fixed = Buffer.alloc(68);
  const { protocolVersion = 1, applicationContext = APPLICATION_CONTEXT } =
    value.type === PduType.AssociateRequest ? value : {};
  fixed.writeUInt16BE(protocolVersion, 0);
  fixed.write(value.calledAe.padEnd(16), 4, 16, 'latin1');
  fixed.write(value.callingAe.padEnd(16), 20, 16, 'latin1');
  const contexts =
    value.type === PduType.AssociateRequest
      ? value.contexts.map((context) =>
          item(
            0x20,
            Buffer.of(context.id, 0, 0, 0),
            item(0x30, ascii(context.abstractSyntax)),
            ...context.transferSyntaxes.map((syntax) => item(0x40, ascii(syntax))),
          ),
        )
      : value.contexts.map((context) =>
          item(0x21, Buffer.of(context.id, 0, context.result, 0), item(0x40, ascii(context.transferSyntax))),
        );
  return pdu(value.type, fixed, item(0x10, ascii(applicationContext)), ...contexts, userInformation(value));
}

function userInformation(value: AssociateRequest | AssociateAccept): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.maxPduLength);
  const roles = value.roles.map(({ sopClass, scu, scp }) => {
    const uidLength = Buffer.alloc(2);
    uidLength.writeUInt16BE(sopClass.length);
    return item(0x54, uidLength, ascii(sopClass), Buffer.of(Number(scu), Number(scp)));
  });
  const version = value.implementationVersion === undefined ? [] : [item(0x55, ascii(value.implementationVersion))];
  return item(0x50, item(0x51, length), item(0x52, ascii(value.implementationClassUid)), ...roles, ...version);
}

const encodeReject = ({ result, source, reason }: AssociateReject): Buffer =>
  pdu(PduType.AssociateReject, Buffer.of(0, result, source, reason));

const encodeAbort = ({ source, reason }: Abort): Buffer => pdu(PduType.Abort, Buffer.of(0, 0, source, reason));

/**
 * Bytes of one fragment. `peerMaxLength` is what the peer announced (0 = no limit); the variable field it bounds holds
 * the 6-byte PDV head too (PS3.8 Annex D.1). Fragments are of even length (PS3.8 §9.3.5.1).
 */
export function fragmentRoom(peerMaxLength: number, ours: number): number {
  const limit = peerMaxLength === 0 ? ours : Math.min(peerMaxLength, ours);
  return Math.max(limit - 6, 2) & ~1;
}

/** Heads of a P-DATA-TF PDU of one PDV whose fragment follows. */
export function dataHead(contextId: number, length: number, flags: { command: boolean; last: boolean }): Buffer {
  const head = Buffer.alloc(12);
  head[0] = PduType.Data;
  head.writeUInt32BE(length + 6, 2);
  head.writeUInt32BE(length + 2, 6);
  head[10] = contextId;
  head[11] = (flags.command ? 1 : 0) | (flags.last ? 2 : 0);
  return head;
}

/** One command or small data set as P-DATA-TF PDUs of one PDV each; `DataPdus` is for long ones. */
export function encodeData(
  contextId: number,
  command: boolean,
  bytes: Buffer,
  peerMaxLength: number,
  ours: number,
): Buffer[] {
  const room = fragmentRoom(peerMaxLength, ours);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += room) {
    const part = bytes.subarray(at, at + room);
    out.push(dataHead(contextId, part.length, { command, last: at + room >= bytes.length }), part);
  }
  return out;
}
