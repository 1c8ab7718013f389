import type { PacsLink } from '@drimbox/contracts';
import {
  find,
  getContexts,
  type Peer,
  type RequestedContext,
  STORAGE_SOP_CLASSES,
  Tag,
  TransferSyntax,
} from '@drimbox/dicom';
import { sopClassesOf, transferSyntaxesOf } from './store-desk.js';
import { keysOf, type Wanted } from './wanted.js';

/** Classes proposed where the PACS does not say which it holds: an association has 128 contexts, for three syntaxes each. */
const LIKELY = 40;

/**
 * What to propose for a C-GET: what is not proposed is not sent (PS3.4 §C.4.3). The classes of the instances that are
 * there, in every syntax that is taken; or, of a PACS that does not tell them, the likeliest, native pixels first.
 */
export async function contextsOfGet(
  peer: Peer,
  link: PacsLink,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<RequestedContext[]> {
  const told = await toldClasses(peer, wanted, signal);
  const classes = [...sopClassesOf(link)].filter((uid) => told.has(uid));
  const syntaxes = transferSyntaxesOf(link);
  if (classes.length > 0) return getContexts(classes, syntaxes);
  const likely = [...link.furtherSopClasses, ...STORAGE_SOP_CLASSES.map(({ uid }) => uid)].slice(0, LIKELY);
  const native = TransferSyntax.ExplicitLittleEndian;
  return getContexts(likely, [native, ...syntaxes.filter((uid) => uid !== native)]);
}

async function toldClasses(peer: Peer, wanted: Wanted, signal: AbortSignal): Promise<ReadonlySet<string>> {
  if (wanted.series === undefined) return new Set();
  const keys = { [Tag.SOPInstanceUID]: '', [Tag.SOPClassUID]: '', ...keysOf(wanted) };
  const found = await find(peer, { level: 'IMAGE', keys, signal });
  if (!found.ok) return new Set();
  return new Set(found.value.map((answer) => answer.getString(Tag.SOPClassUID)).filter((uid) => uid !== undefined));
}
