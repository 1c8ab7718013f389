/** Whose turn it is: classes by urgency, and within one, flows in turn. */
export interface Claim {
  /** 0 is the most urgent. */
  readonly rank: number;
  /** Requests of one flow wait for one another, not for those of the others. */
  readonly flow: string;
  /** What it asks for, by which its flow may prefer it to others of its own. */
  readonly label?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `full`: too many wait already. `left`: its signal was aborted while it waited. */
export type Entry<T> = { readonly value: T } | 'full' | 'left';

interface Waiting {
  readonly claim: Claim;
  readonly enter: (entered: boolean) => void;
}

/** After so many of the more urgent, one of the others: nobody waits for ever behind a crowd. */
const PATIENCE = 8;
const MAX_PREFERENCES = 1_000;

/**
 * Lets at most `width` works run at once; beyond `queue` waiting ones it says no. The most urgent comes first, and among
 * equals each flow in turn: a session that asks for forty series does not keep another from its first.
 */
export class Gate {
  private running = 0;
  private waiting: Waiting[] = [];
  private passedOver = 0;
  /** When each flow was last let in; those that do not wait any more are forgotten. */
  private readonly lastTurn = new Map<string, number>();
  private turns = 0;
  /** What a flow wants first, most wanted first. */
  private readonly preferences = new Map<string, readonly string[]>();

  constructor(
    private width: number,
    private queue: number,
  ) {}

  async run<T>(claim: Claim, work: () => Promise<T>): Promise<Entry<T>> {
    if (claim.signal?.aborted) return 'left';
    if (this.running < this.width && this.waiting.length === 0) this.running++;
    else if (this.waiting.length >= this.queue) return 'full';
    else if (!(await this.wait(claim))) return 'left';
    try {
      return { value: await work() };
    } finally {
      this.running--;
      this.letIn();
    }
  }

  /** New limits apply to the works to come; running ones end. */
  resize(width: number, queue: number): void {
    this.width = width;
    this.queue = queue;
    this.letIn();
  }

  /** What is waited for within one flow, most wanted first; the turns of the other flows stay as they are. */
  prefer(flow: string, labels: readonly string[]): void {
    this.preferences.delete(flow);
    for (const oldest of this.preferences.keys()) {
      if (this.preferences.size < MAX_PREFERENCES) break;
      this.preferences.delete(oldest);
    }
    if (labels.length > 0) this.preferences.set(flow, labels);
  }

  get load(): { running: number; waiting: number } {
    return { running: this.running, waiting: this.waiting.length };
  }

  /** False when it left before its turn. */
  private wait(claim: Claim): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (): void => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        resolve(false);
      };
      const waiting: Waiting = {
        claim,
        enter: (entered) => {
          claim.signal?.removeEventListener('abort', leave);
          resolve(entered);
        },
      };
      claim.signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiting);
    });
  }

  private letIn(): void {
    while (this.running < this.width) {
      const next = this.next();
      if (!next) return;
      this.running++;
      next.enter(true);
    }
  }

  private next(): Waiting | undefined {
    const ranks = [...new Set(this.waiting.map(({ claim }) => claim.rank))].toSorted((a, b) => a - b);
    const others = ranks.length > 1;
    const rank = others && this.passedOver >= PATIENCE ? this.oldestOf(ranks.slice(1)) : ranks[0];
    if (rank === undefined) return undefined;
    this.passedOver = others && rank === ranks[0] ? this.passedOver + 1 : 0;
    const chosen = this.waiting
      .filter(({ claim }) => claim.rank === rank)
      .reduce((best, one) => (this.comesBefore(one, best) ? one : best));
    this.waiting = this.waiting.filter((one) => one !== chosen);
    this.turns++;
    if (this.waiting.length === 0) this.lastTurn.clear();
    else this.lastTurn.set(chosen.claim.flow, this.turns);
    return chosen;
  }

  private comesBefore(one: Waiting, other: Waiting): boolean {
    if (one.claim.flow !== other.claim.flow) return this.turnOf(one) < this.turnOf(other);
    return this.wishOf(one) < this.wishOf(other);
  }

  /** How much its flow wants it: 0 most; what it does not name last. */
  private wishOf({ claim: { flow, label } }: Waiting): number {
    const at = label === undefined ? -1 : (this.preferences.get(flow)?.indexOf(label) ?? -1);
    return at < 0 ? Infinity : at;
  }

  /** The rank of whoever has waited longest. */
  private oldestOf(ranks: readonly number[]): number | undefined {
    return this.waiting.find(({ claim }) => ranks.includes(claim.rank))?.claim.rank;
  }

  private turnOf({ claim }: Waiting): number {
    return this.lastTurn.get(claim.flow) ?? 0;
  }
}
