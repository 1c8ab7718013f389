import type { Turn } from '../access/facts.js';

export interface QuotaLimits {
  /** Requests under way at once. */
  readonly concurrent: number;
  /** Requests a second over time, and how many may come in one go. */
  readonly perSecond: number;
  readonly burst: number;
}

export type Taken = { readonly turn: Turn & { ok: true }; release(): void } | { readonly turn: Turn & { ok: false } };

interface Account {
  running: number;
  tokens: number;
  at: number;
}

/** What a full house is told to wait: a request under way takes about that long. */
const BUSY_SECONDS = 2;
/** Idle accounts are forgotten when there are this many. */
const MAX_ACCOUNTS = 10_000;

/** How many requests each holder (a peer, a professional) may have under way, and how fast they may come. Of this process. */
export class Quota {
  private readonly accounts = new Map<string, Account>();

  constructor(
    private readonly limits: QuotaLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A turn, to be released once whatever happens; or in how many seconds to come back. */
  take(holder: string): Taken {
    const account = this.accountOf(holder);
    if (account.running >= this.limits.concurrent) return { turn: { ok: false, retrySeconds: BUSY_SECONDS } };
    if (account.tokens < 1) {
      const retrySeconds = Math.max(1, Math.ceil((1 - account.tokens) / this.limits.perSecond));
      return { turn: { ok: false, retrySeconds } };
    }
    account.tokens -= 1;
    account.running += 1;
    let held = true;
    const release = (): void => {
      if (held) account.running -= 1;
      held = false;
    };
    return { turn: { ok: true }, release };
  }

  private accountOf(holder: string): Account {
    const at = this.now();
    const { perSecond, burst } = this.limits;
    let account = this.accounts.get(holder);
    if (!account) {
      if (this.accounts.size >= MAX_ACCOUNTS) this.forgetIdle(at);
      account = { running: 0, tokens: burst, at };
      this.accounts.set(holder, account);
    }
    account.tokens = Math.min(burst, account.tokens + ((at - account.at) / 1000) * perSecond);
    account.at = at;
    return account;
  }

  /** One that is full again and runs nothing says what a new one would. */
  private forgetIdle(at: number): void {
    const { perSecond, burst } = this.limits;
    for (const [holder, { running, tokens, at: last }] of this.accounts) {
      if (running === 0 && tokens + ((at - last) / 1000) * perSecond >= burst) this.accounts.delete(holder);
    }
  }
}
