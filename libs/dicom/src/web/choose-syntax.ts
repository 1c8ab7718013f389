import { transferSyntaxInfo } from '../dictionary/transfer-syntaxes.js';
import { TransferSyntax } from '../uids.js';
import { ANY_SYNTAX, type Wish } from './wishes.js';

export interface ChoiceOptions {
  /** Whether this very object can be brought from one syntax to another: its pixels count, not only the two names. */
  readonly canConvert: (from: string, to: string) => boolean;
  /** What is stored uncompressed leaves in the best lossless compression that the client lists. */
  readonly compress?: boolean;
  /**
   * When lossless pixels may be made lossy: `last`, only when nothing else can be sent (default); `by-weight`, as soon as the
   * client gives a lossy syntax a higher q.
   */
  readonly lossy?: 'last' | 'by-weight';
}

/**
 * `pass`: the bytes as stored. `relabel`: the same bytes are a valid stream of the wished syntax. `convert`: a conversion.
 * `none`: 406.
 */
export type SyntaxChoice =
  { readonly action: 'pass' | 'relabel' | 'convert'; readonly transferSyntax: string } | { readonly action: 'none' };

/**
 * Streams of the first syntax that are streams of the second by definition (PS3.5 §A.4.1, §A.4.4, §A.4.12): .91 and .203 hold
 * either kind of JPEG 2000, .57 any selection value.
 */
const ALSO: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91'],
  ['1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.203'],
  ['1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.4.203'],
  ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.57'],
]);

/** Made here without loss although the syntax would allow some. */
const KEEPS_ALL = new Set(ALSO.values());

/** Stored syntaxes whose pixels are as acquired, as far as a label can say. */
const lossless = (uid: string): boolean => transferSyntaxInfo(uid)?.lossy === false || KEEPS_ALL.has(uid);

const compressed = (uid: string): boolean => transferSyntaxInfo(uid)?.encapsulated === true;

/**
 * In which syntax an object stored in `stored` leaves, for what the client takes. Pure: the same question has the same answer.
 * Stored bytes are kept whenever the client takes them; else the highest q that can be made, and lossless stays lossless.
 */
export function chooseSyntax(stored: string, wishes: readonly Wish[], options: ChoiceOptions): SyntaxChoice {
  const taken = wishes.filter(({ q }) => q > 0);
  const refused = new Set(wishes.filter(({ q }) => q === 0).map((wish) => wish.transferSyntax));
  const takes = (uid: string): boolean =>
    !refused.has(uid) && taken.some((wish) => wish.transferSyntax === uid || wish.transferSyntax === ANY_SYNTAX);
  const makeable = makeableSyntaxes(stored, taken, refused, options);

  if (takes(stored)) {
    const smaller = options.compress && !compressed(stored) ? makeable.find(compressed) : undefined;
    const allowed = smaller !== undefined && (lossless(smaller) || options.lossy === 'by-weight');
    return allowed ? { action: 'convert', transferSyntax: smaller } : { action: 'pass', transferSyntax: stored };
  }
  const also = ALSO.get(stored);
  if (also !== undefined && takes(also)) return { action: 'relabel', transferSyntax: also };
  // Compression, when wished, comes before a higher q of uncompressed; without it, plain q decides.
  const chosen =
    (options.compress ? makeable.find((uid) => compressed(uid) && lossless(uid)) : undefined) ?? makeable[0];
  return chosen === undefined ? { action: 'none' } : { action: 'convert', transferSyntax: chosen };
}

/** Syntaxes that can be made, best first. */
function makeableSyntaxes(
  stored: string,
  taken: readonly Wish[],
  refused: ReadonlySet<string>,
  { canConvert, lossy = 'last' }: ChoiceOptions,
): readonly string[] {
  const named = taken.map(({ transferSyntax }) =>
    transferSyntax === ANY_SYNTAX ? TransferSyntax.ExplicitLittleEndian : transferSyntax,
  );
  const candidates = [...new Set(named)].filter(
    (uid) => uid !== stored && !refused.has(uid) && canConvert(stored, uid),
  );
  if (lossy === 'by-weight' || !lossless(stored)) return candidates;
  return [...candidates.filter(lossless), ...candidates.filter((uid) => !lossless(uid))];
}
