import { errorFields, Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { type Door, ReceptionService } from './reception.service.js';

/** Lines a listener may add in a minute: somebody who knocks all day must not fill the journal. */
const LINES_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Tells in the journal why a connection was closed, a bounded number of times. */
@Injectable()
export class ClosingJournal {
  private readonly minutes = new Map<string, { since: number; lines: number }>();

  constructor(
    private readonly reception: ReceptionService,
    private readonly logger: Logger,
  ) {}

  async tell(reason: string, door: Door): Promise<void> {
    if (!this.mayTell(door.listener, Date.now())) return;
    try {
      await this.reception.receiveClosing(reason, door);
    } catch (error) {
      this.logger.warn('reception.closing-not-kept', { ...errorFields(error), listener: door.listener });
    }
  }

  private mayTell(listener: string, now: number): boolean {
    const minute = this.minutes.get(listener);
    if (!minute || now - minute.since >= MINUTE_MS) {
      this.minutes.set(listener, { since: now, lines: 1 });
      return true;
    }
    minute.lines += 1;
    return minute.lines <= LINES_PER_MINUTE;
  }
}
