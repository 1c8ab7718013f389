import type { Bends } from './reference-client.js';

type Bend = (xml: string) => string;

/** Replaces, and throws when there is nothing to replace: a bend that bends nothing would prove nothing. */
export const swap =
  (from: string | RegExp, to: string): Bend =>
  (xml) => {
    const changed = xml.replace(from, to);
    if (changed === xml) throw new Error(`nothing to bend: ${String(from)}`);
    return changed;
  };

/** Bends what follows `start` only. */
export const after =
  (start: string, bend: Bend): Bend =>
  (xml) => {
    const at = xml.indexOf(start);
    if (at < 0) throw new Error(`no ${start}`);
    return xml.slice(0, at) + bend(xml.slice(at));
  };

export const withoutSlot = (name: string): Bend => swap(new RegExp(`<Slot name="${name}">.*?</Slot>`), '');
export const slotValue = (name: string, value: string): Bend =>
  swap(new RegExp(`(?<="${name}"><ValueList><Value>)[^<]*`), value);

/** The assertion, before it is signed. */
export const onAssertion = (from: string | RegExp, to: string): Bends => ({ assertion: swap(from, to) });
/** The envelope, once signed. */
export const onEnvelope = (from: string | RegExp, to: string): Bends => ({ envelope: swap(from, to) });
export const onHeaders = (from: string, to: string): Bends => ({ headers: swap(from, to) });
/** The metadata of the submission set. */
export const onSet = (bend: Bend): Bends => ({ metadata: bend });
/** The metadata of the KOS. */
export const onKos = (bend: Bend): Bends => ({ metadata: after('<ExtrinsicObject id="DocumentKOS"', bend) });

export const hoursAway = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
