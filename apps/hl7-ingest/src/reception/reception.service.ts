import { createHash, randomUUID } from 'node:crypto';
import { Audit } from '@drimbox/audit';
import { Outbox, type OutboxRow } from '@drimbox/bus';
import { DrimError, findListener, type Report, type Site } from '@drimbox/contracts';
import { buildAck, type FramingFault, readHeader } from '@drimbox/hl7';
import { CONFIG, errorFields, Logger, SiteRegistryHolder } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { ArrivalClock } from './arrival-clock.js';
import { auditOf } from './audit-of.js';
import { judge } from './judge.js';
import { locationText, refuse, refuseForNow } from './problems.js';
import { type Reception, ReceptionRepository } from './reception.repository.js';
import { ReceptionMetrics } from './reception.metrics.js';
import type { Verdict } from './verdict.js';

/** Where a message came in. */
export interface Door {
  readonly listener: string;
  readonly peer: string;
}

/**
 * Receives one message: judges it, commits everything it causes, and only then answers. AA means "responsibility taken"
 * (HL7IG): it is never said while the commit is unknown, a sender without an answer sends again.
 */
@Injectable()
export class ReceptionService {
  private readonly arrivals = new ArrivalClock();

  constructor(
    private readonly receptions: ReceptionRepository,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly registry: SiteRegistryHolder,
    private readonly metrics: ReceptionMetrics,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @returns the acknowledgement to send, undefined for a message that is never acknowledged. */
  async receive(frame: Buffer, door: Door): Promise<Buffer | undefined> {
    const site = this.siteOf(door);
    return this.keep(frame, site, door, judge(frame, site, this.settings));
  }

  /** A stretch of stream that is no message: told and answered as far as its head can be read. */
  async receiveFault(fault: Exclude<FramingFault, { kind: 'too-much-junk' }>, door: Door): Promise<Buffer | undefined> {
    const { field } = readHeader(fault.head);
    const key = { application: field(3), facility: field(4), controlId: field(10), messageType: field(9).slice(0, 20) };
    const refusal =
      fault.kind === 'too-large'
        ? refuse('DRIM-201', '199', undefined, `limit ${this.settings.hl7MaxMegabytes} MB`)
        : refuse('DRIM-200', '199', undefined, `frame without its end, cut by ${fault.by}`);
    return this.keep(fault.head, this.siteOf(door), door, { key, notes: [], outcome: 'refused', ...refusal });
  }

  /** A connection that this side closed: a line in the journal, nobody to answer. */
  async receiveClosing(reason: string, door: Door): Promise<void> {
    const key = { application: '', facility: '', controlId: '', messageType: '' };
    const code = 'DRIM-200';
    const refusal = { outcome: 'refused', ack: 'none', code, detail: `connection closed: ${reason}` } as const;
    await this.keep(Buffer.alloc(0), this.siteOf(door), door, { key, notes: [], ...refusal });
  }

  private async keep(frame: Buffer, site: Site, door: Door, verdict: Verdict): Promise<Buffer | undefined> {
    const reception = this.receptionOf(frame, site, door, verdict);
    try {
      if (!(await this.receptions.keep(reception))) return await this.repeat(reception);
    } catch (error) {
      return this.notKept(frame, error, reception);
    }
    if (reception.events.length > 0) this.outbox.wake();
    this.metrics.count(reception.outcome, reception.verdict);
    this.logger.info('reception.kept', {
      messageId: reception.id,
      site: reception.site,
      listener: door.listener,
      messageType: reception.key.messageType,
      outcome: reception.outcome,
      code: reception.code,
      bytes: frame.length,
    });
    return reception.ack;
  }

  private async repeat({ site, key, digest }: Reception): Promise<Buffer> {
    const first = await this.receptions.repeat(site, key, digest);
    if (!first) throw new DrimError('DRIM-219', 'a message is neither kept nor known');
    this.metrics.count('repeated', 'same');
    return first;
  }

  /** Storage failed: the message is not ours. AR asks to send it again; an acknowledgement is never acknowledged even then. */
  private notKept(frame: Buffer, error: unknown, { verdict, site }: Reception): Buffer | undefined {
    this.logger.error('reception.not-kept', { ...errorFields(error), site });
    this.metrics.count('refused', 'AR');
    if (verdict === 'none') return undefined;
    const { error: told } = refuseForNow('DRIM-219');
    return buildAck(frame, { code: 'AR', errors: [told], now: new Date(), controlId: randomUUID() });
  }

  private receptionOf(frame: Buffer, site: Site, door: Door, verdict: Verdict): Reception {
    const now = new Date();
    const id = randomUUID();
    const sequence = this.arrivals.next();
    const report = reportOf(verdict, sequence, now);
    const refused = verdict.outcome === 'refused' && verdict.ack !== 'none' ? verdict : undefined;
    return {
      id,
      sequence,
      receivedAt: now,
      site: site.id,
      ...door,
      key: verdict.key,
      digest: createHash('sha256').update(frame).digest(),
      verdict: verdict.ack,
      outcome: verdict.outcome,
      code: 'code' in verdict ? verdict.code : undefined,
      detail: 'detail' in verdict ? verdict.detail : undefined,
      location: locationText(refused?.error.location),
      notes: verdict.notes,
      raw: frame,
      ack:
        verdict.ack === 'none'
          ? undefined
          : buildAck(frame, { code: verdict.ack, ...(refused && { errors: [refused.error] }), now, controlId: id }),
      report,
      events: this.eventsOf(verdict, report, { id, site: site.id, at: now, sequence, bytes: frame.length }),
      audit: this.audit.row(auditOf(verdict, report, { id, site: site.id, at: now, peer: door.peer })),
    };
  }

  private eventsOf(
    verdict: Verdict,
    report: Report | undefined,
    { id, site, at: date, sequence, bytes }: { id: string; site: string; at: Date; sequence: number; bytes: number },
  ): OutboxRow[] {
    const at = date.toISOString();
    const rows: OutboxRow[] = [];
    if (report) {
      const event = ({ new: 'report.received', replace: 'report.replaced', withdraw: 'report.withdrawn' } as const)[
        report.operation
      ];
      const studies = report.studies.map(({ uid }) => uid);
      rows.push(
        this.outbox.row(event, { site, at, reportId: report.id, sequence, pacsLink: report.pacsLink, studies }),
      );
    }
    if (verdict.outcome === 'accepted' && verdict.content.kind === 'exam-changed') {
      const { pacsLink, studies } = verdict.content;
      for (const study of studies) {
        rows.push(this.outbox.row('exam.changed', { site, at, noticeId: randomUUID(), pacsLink, study, cause: 'omi' }));
      }
    }
    const code = 'code' in verdict ? verdict.code : undefined;
    const messageType = verdict.key.messageType;
    rows.push(
      this.outbox.row('reception.counted', {
        site,
        at,
        messageId: id,
        messageType,
        outcome: verdict.outcome,
        bytes,
        ...(code && { code }),
      }),
    );
    return rows;
  }

  private siteOf({ listener }: Door): Site {
    const known = findListener(this.registry.current, listener);
    if (!known) throw new DrimError('DRIM-103', `listener ${listener}`);
    return known.site;
  }
}

function reportOf(verdict: Verdict, sequence: number, receivedAt: Date): Report | undefined {
  if (verdict.outcome !== 'accepted' || verdict.content.kind !== 'report') return undefined;
  return { ...verdict.content.report, id: randomUUID(), sequence, receivedAt: receivedAt.toISOString() };
}
