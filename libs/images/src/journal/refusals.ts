import { errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AccessJournal } from './access-journal.js';
import type { RefusedAccess } from './access.js';

/** Refusals of a stranger that are recorded one by one, in each minute and all strangers of one address together. */
const SINGLE = 20;
const WINDOW_MILLISECONDS = 60_000;
/** Beyond so many different ones, further strangers are counted as one. */
const MAX_KEYS = 1_000;

interface Tally {
  first: RefusedAccess;
  seen: number;
  /** Of them, not yet recorded. */
  untold: number;
}

/**
 * One record per refusal, as long as something bounds how many there can be: the quota does for a listed peer. What
 * comes before the quota, and what the quota itself refuses, is recorded one by one up to a limit per minute and then
 * counted, one record for all that are alike, so that a stranger cannot fill the disk.
 */
@Injectable()
export class Refusals implements OnModuleInit {
  private tallies = new Map<string, Tally>();

  constructor(
    private readonly journal: AccessJournal,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const timer = setInterval(() => void this.flush(), WINDOW_MILLISECONDS).unref();
    this.lifecycle.onDrain('work', 'refusals counted', async () => {
      clearInterval(timer);
      await this.flush();
    });
  }

  /** Returns once it is recorded or counted. @throws DrimError DRIM-105 when it could not be recorded. */
  async record(refused: RefusedAccess): Promise<void> {
    if (isBounded(refused)) return this.journal.refuse(refused);
    const key = this.keyOf(refused);
    const tally = this.tallies.get(key) ?? { first: refused, seen: 0, untold: 0 };
    this.tallies.set(key, tally);
    tally.seen += 1;
    if (tally.seen <= SINGLE) return this.journal.refuse(refused);
    tally.untold += 1;
  }

  /** One record for each kind that was only counted; what cannot be written is counted on. */
  async flush(): Promise<void> {
    const tallies = this.tallies;
    this.tallies = new Map();
    for (const [key, { first, untold }] of tallies) {
      if (untold === 0) continue;
      try {
        // A record of its own: the first of them has its own already.
        await this.journal.refuse({ ...first, id: randomUUID() }, untold);
      } catch (error) {
        this.logger.error('refusals.not-recorded', { ...errorFields(error), count: untold });
        const now = this.tallies.get(key);
        this.tallies.set(key, { first, seen: SINGLE, untold: untold + (now?.untold ?? 0) });
      }
    }
  }

  private keyOf({ pacsLink, code, peer, person, from }: RefusedAccess): string {
    const key = `${pacsLink} ${code} ${peer ?? person?.id ?? from.address}`;
    return this.tallies.has(key) || this.tallies.size < MAX_KEYS ? key : `${pacsLink} ${code}`;
  }
}

const isBounded = ({ peer, code }: RefusedAccess): boolean =>
  peer !== undefined && code !== 'DRIM-713' && code !== 'DRIM-714';
