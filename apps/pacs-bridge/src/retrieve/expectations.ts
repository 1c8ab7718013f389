import { covers, type ObjectUids, type Wanted } from './wanted.js';
import type { ObjectReceiver } from './object-receiver.js';

const MAX_MESSAGE_ID = 0xffff;

/** A C-MOVE whose objects are awaited. */
export interface Expectation {
  readonly link: string;
  /** Move Originator Message ID (0000,1031): no other C-MOVE of this process has it. */
  readonly messageId: number;
  readonly wanted: Wanted;
  readonly receiver: ObjectReceiver;
  /** `performance.now()` of the last byte of an object of it. */
  lastSign: number;
  readonly open: boolean;
}

/** How an object announces the C-MOVE that caused it; absent where the PACS does not say. */
export interface Originator {
  readonly ae: string;
  readonly messageId: number;
}

/**
 * Which C-MOVE an arriving object belongs to. Several run at once over one AE title, for different patients: an object is
 * matched by the message id that we gave, then always by its own UIDs, and one that nothing asked for belongs to nobody.
 */
export class Expectations {
  private readonly byMessage = new Map<number, Expectation & { open: boolean }>();
  private lastMessageId = 0;

  /** RangeError when every message id is in use: the links' limits are far below. */
  add(link: string, wanted: Wanted, receiver: ObjectReceiver): Expectation {
    const messageId = this.freeMessageId();
    const expectation = { link, messageId, wanted, receiver, lastSign: performance.now(), open: true };
    this.byMessage.set(messageId, expectation);
    return expectation;
  }

  /** Objects that come later belong to nobody. */
  remove({ messageId }: Expectation): void {
    const known = this.byMessage.get(messageId);
    if (!known) return;
    known.open = false;
    this.byMessage.delete(messageId);
  }

  /** Could an object of this originator still be of use? Asked before its UIDs are known. */
  mayMatch(link: string, originator: Originator | undefined, ourAe: string): boolean {
    return this.named(link, originator, ourAe) !== undefined || this.ofLink(link).length > 0;
  }

  match(link: string, originator: Originator | undefined, ourAe: string, uids: ObjectUids): Expectation | undefined {
    const named = this.named(link, originator, ourAe);
    // A message id that names one of ours decides, and then the UIDs must fit: no second choice for a stray object.
    if (named) return covers(named.wanted, uids) ? named : undefined;
    // A PACS that leaves the originator out, or fills it with something else (PS3.7 §9.1.1.1: both are optional).
    return this.ofLink(link)
      .filter(({ wanted }) => covers(wanted, uids))
      .toSorted((a, b) => precision(b.wanted) - precision(a.wanted))[0];
  }

  private named(link: string, originator: Originator | undefined, ourAe: string): Expectation | undefined {
    if (originator?.ae !== ourAe) return undefined;
    const expectation = this.byMessage.get(originator.messageId);
    return expectation?.link === link ? expectation : undefined;
  }

  private ofLink(link: string): Expectation[] {
    return [...this.byMessage.values()].filter((expectation) => expectation.link === link);
  }

  private freeMessageId(): number {
    if (this.byMessage.size >= MAX_MESSAGE_ID) throw new RangeError('no message id left');
    do {
      this.lastMessageId = (this.lastMessageId % MAX_MESSAGE_ID) + 1;
    } while (this.byMessage.has(this.lastMessageId));
    return this.lastMessageId;
  }
}

const precision = ({ series, instance, instances }: Wanted): number =>
  (series === undefined ? 0 : 1) + ((instance ?? instances) ? 1 : 0);
