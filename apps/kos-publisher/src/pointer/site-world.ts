import { failure, type Failure, FindStudyAnswer, type FoundStudy, isErrorCode, type Report } from '@drimbox/contracts';
import { InternalClient } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { DmpGateway } from '../dmp/dmp.gateway.js';
import { matchOrder, matchPatient } from '../kos/order-match.js';
import type { PointerVersion } from '../life/plan.js';
import type { LiveHead } from '../life/wanted.js';
import type { Exam, FrozenVersion } from './pointer-store.js';
import type { Built, Deleted, Looked, PointerWorld, Searched, Sent } from './pointer-world.js';
import { VersionBuilder } from './version-builder.js';

/** Longer than the PACS link's own time-outs: the answer, even a failure, comes from pacs-bridge. */
const ASK_MILLISECONDS = 120_000;

/** The real outside: pacs-bridge over internal HTTPS, the DMP over its own. */
@Injectable()
export class SiteWorld implements PointerWorld {
  constructor(
    private readonly client: InternalClient,
    private readonly builder: VersionBuilder,
    private readonly dmp: DmpGateway,
  ) {}

  async search(exam: Exam, heads: readonly LiveHead[]): Promise<Searched> {
    const asked = await this.client.call({
      to: 'pacs-bridge',
      path: `/links/${encodeURIComponent(exam.pacsLink)}/studies/find`,
      body: { study: exam.study },
      answer: FindStudyAnswer,
      timeoutMilliseconds: ASK_MILLISECONDS,
    });
    if (!asked.ok) return { ok: false, failure: asked.failure };
    const { milliseconds } = asked.value;
    switch (asked.value.outcome) {
      case 'absent':
        return { ok: false, failure: failure('DRIM-400'), milliseconds };
      case 'failed': {
        const { code, detail } = asked.value;
        return { ok: false, failure: failure(isErrorCode(code) ? code : 'DRIM-304', detail), milliseconds };
      }
      case 'found': {
        const { study } = asked.value;
        const mismatch = mismatchOf(
          heads.map(({ report }) => report),
          study,
        );
        return mismatch ? { ok: false, failure: mismatch, milliseconds } : { ok: true, study, milliseconds };
      }
    }
  }

  build(exam: Exam, heads: readonly LiveHead[], study: FoundStudy, replaces: PointerVersion | undefined): Built {
    return this.builder.build(exam, heads, study, replaces);
  }

  look(version: FrozenVersion): Promise<Looked> {
    return this.dmp.look(version);
  }

  send(version: FrozenVersion, replaced: FrozenVersion | undefined): Promise<Sent> {
    return replaced ? this.dmp.replace(version, replaced) : this.dmp.publish(version);
  }

  delete(version: FrozenVersion, by: Report | undefined): Promise<Deleted> {
    return this.dmp.delete(version, by);
  }
}

/** Every live report must agree with the PACS: one that differs may be somebody else's. */
function mismatchOf(reports: readonly Report[], study: FoundStudy): Failure | undefined {
  for (const report of reports) {
    const order = matchOrder(report, study);
    if (!order.ok) return order.failure;
    const patient = matchPatient(report, study);
    if (patient) return patient;
  }
  return undefined;
}
