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
  fixed.writeUInt16BE(1, 0); // protocol version 1
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
  return pdu(value.type, fixed, item(0x10, ascii(APPLICATION_CONTEXT)), ...contexts, userInformation(value));
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
 * One command or data set as P-DATA-TF PDUs of one PDV each. `peerMaxLength` is what the peer announced (0 = no limit);
 * the variable field it bounds holds the 6-byte PDV head too (PS3.8 Annex D.1).
 */
export function encodeData(
  contextId: number,
  command: boolean,
  bytes: Buffer,
  peerMaxLength: number,
  ours: number,
): Buffer[] {
  const limit = peerMaxLength === 0 ? ours : Math.min(peerMaxLength, ours);
  const room = Math.max(limit - 6, 2) & ~1; // fragments are of even length (PS3.8 §9.3.5.1)
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += room) {
    const part = bytes.subarray(at, at + room);
    const head = Buffer.alloc(12);
    head[0] = PduType.Data;
    head.writeUInt32BE(part.length + 6, 2);
    head.writeUInt32BE(part.length + 2, 6);
    head[10] = contextId;
    head[11] = (command ? 1 : 0) | (at + room >= bytes.length ? 2 : 0);
    out.push(head, part);
  }
  return out;
}
