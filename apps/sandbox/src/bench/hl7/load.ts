/** What the load process is told, and what it tells. One round: as many messages as go in `seconds`, each connection one at a time. */
export interface RoundOrder {
  readonly target:
    { readonly kind: 'mllp'; readonly port: number } | { readonly kind: 'postgres'; readonly url: string };
  readonly connections: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Number of the round's first message; no number is used twice in a run. */
  readonly first: number;
}

export interface RoundResult {
  /** Messages answered while the clock ran. */
  readonly messages: number;
  /** The same and those of the warm-up. */
  readonly answered: number;
  /** From the first send to the last answer. */
  readonly seconds: number;
  /** Milliseconds from send to answer. */
  readonly p50: number;
  readonly p95: number;
}

/** One connection of the load: sends message after message, each when the former one is answered. */
export interface Sender {
  /** @returns when the message is safe at the other end. @throws when it is refused. */
  send(number: number): Promise<void>;
  close(): Promise<void>;
}
