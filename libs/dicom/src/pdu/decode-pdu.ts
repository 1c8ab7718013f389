import {
  type AssociateAccept,
  type AssociateRequest,
  type ContextAnswer,
  type ContextResult,
  type ControlPdu,
  PduType,
  type ProposedContext,
  type RoleSelection,
} from './pdu.js';
import { PduError } from './pdu-error.js';
import { MAX_CONTEXTS, MAX_TRANSFER_SYNTAXES, MAX_USER_ITEMS } from './pdu-limits.js';

/** UIDs may come padded with a NUL, AE titles with spaces. */
const text = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();

interface Item {
  readonly type: number;
  readonly body: Buffer;
}

function items(bytes: Buffer, max: number): Item[] {
  const found: Item[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw new PduError('malformed', 'truncated item');
    const length = bytes.readUInt16BE(at + 2);
    if (length > bytes.length - at - 4) throw new PduError('malformed', 'item runs past its PDU');
    if (found.length === max) throw new PduError('limit', 'too many items');
    found.push({ type: bytes[at] ?? 0, body: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return found;
}

/** Decodes the body (after the 6-byte head) of any PDU but P-DATA-TF. Throws PduError. */
export function decodePdu(type: number, body: Buffer): ControlPdu {
  switch (type) {
    case PduType.AssociateRequest:
    case PduType.AssociateAccept:
      return decodeAssociate(type, body);
    case PduType.AssociateReject:
      return { type, ...four(body, ([, result, source, reason]) => ({ result, source, reason })) };
    case PduType.Abort:
      return { type, ...four(body, ([, , source, reason]) => ({ source, reason })) };
    case PduType.ReleaseRequest:
    case PduType.ReleaseReply:
      return { type };
    default:
      throw new PduError('malformed', `PDU type ${type} unknown`);
  }
}

function four<T>(body: Buffer, read: (bytes: [number, number, number, number]) => T): T {
  const [a, b, c, d] = body;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new PduError('malformed', 'PDU too short');
  return read([a, b, c, d]);
}

function decodeAssociate(type: 1 | 2, body: Buffer): AssociateRequest | AssociateAccept {
  if (body.length < 68) throw new PduError('malformed', 'A-ASSOCIATE too short');
  // Application context, user information and the contexts, with room for items to come (PS3.8 §9.3.1: unknown ones are ignored).
  const all = items(body.subarray(68), MAX_CONTEXTS + 16);
  const user = all.find((item) => item.type === 0x50);
  const associate = {
    calledAe: text(body.subarray(4, 20)),
    callingAe: text(body.subarray(20, 36)),
    ...decodeUserInformation(user?.body ?? Buffer.alloc(0)),
  };
  if (type === PduType.AssociateRequest) {
    return {
      type,
      ...associate,
      protocolVersion: body.readUInt16BE(0),
      applicationContext: text(all.find((item) => item.type === 0x10)?.body ?? Buffer.alloc(0)),
      contexts: unique(all.filter((item) => item.type === 0x20).map(decodeProposed)),
    };
  }
  return { type, ...associate, contexts: unique(all.filter((item) => item.type === 0x21).map(decodeAnswer)) };
}

function unique<T extends { readonly id: number }>(contexts: T[]): T[] {
  if (contexts.length > MAX_CONTEXTS) throw new PduError('limit', 'too many presentation contexts');
  if (new Set(contexts.map(({ id }) => id)).size < contexts.length)
    throw new PduError('malformed', 'context id repeated');
  return contexts;
}

function decodeProposed({ body }: Item): ProposedContext {
  const id = contextId(body);
  const syntaxes = items(body.subarray(4), MAX_TRANSFER_SYNTAXES + 1);
  const abstract = syntaxes.find((item) => item.type === 0x30);
  if (!abstract) throw new PduError('malformed', 'context without abstract syntax');
  const transferSyntaxes = syntaxes.filter((item) => item.type === 0x40).map((item) => text(item.body));
  return { id, abstractSyntax: text(abstract.body), transferSyntaxes };
}

function decodeAnswer({ body }: Item): ContextAnswer {
  const id = contextId(body);
  const result = body[2] ?? 2;
  const syntax = items(body.subarray(4), MAX_TRANSFER_SYNTAXES).find((item) => item.type === 0x40);
  if (result === 0 && !syntax) throw new PduError('malformed', 'accepted context without transfer syntax');
  return { id, result: isContextResult(result) ? result : 2, transferSyntax: syntax ? text(syntax.body) : '' };
}

const isContextResult = (value: number): value is ContextResult => value <= 4;

function contextId(body: Buffer): number {
  const id = body[0];
  if (body.length < 4 || id === undefined) throw new PduError('malformed', 'presentation context too short');
  if (id % 2 === 0) throw new PduError('malformed', 'even context id');
  return id;
}

function decodeUserInformation(
  body: Buffer,
): Pick<AssociateRequest, 'maxPduLength' | 'implementationClassUid' | 'implementationVersion' | 'roles'> {
  const found = items(body, MAX_USER_ITEMS);
  const of = (type: number): Buffer | undefined => found.find((item) => item.type === type)?.body;
  const length = of(0x51);
  if (length && length.length < 4) throw new PduError('malformed', 'maximum length too short');
  const version = of(0x55);
  return {
    // Absent: the 16 KiB every implementation bears.
    maxPduLength: length ? length.readUInt32BE(0) : 16_384,
    implementationClassUid: text(of(0x52) ?? Buffer.alloc(0)),
    ...(version ? { implementationVersion: text(version) } : {}),
    roles: found.filter((item) => item.type === 0x54).map(decodeRole),
  };
}

function decodeRole({ body }: Item): RoleSelection {
  const length = body.length < 2 ? 0 : body.readUInt16BE(0);
  if (body.length < length + 4) throw new PduError('malformed', 'role selection too short');
  return { sopClass: text(body.subarray(2, 2 + length)), scu: body[2 + length] === 1, scp: body[3 + length] === 1 };
}
