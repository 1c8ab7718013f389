import { Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { ErrorCode, WhiteListAttempt } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { compareLists, formatDn, type VerifiedWhiteList, verifyWhiteList, type WhiteListResult } from '@drimbox/trust';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type Cause, Alerts } from '../alerts/alerts.js';
import type { Settings } from '../config/settings.js';
import { Revocations } from '../crl/revocations.service.js';
import type { Download } from '../download/download.js';
import { PublicCertificates } from '../trust/public-certificates.js';
import { CODE_OF } from './attempt.js';
import { type KeptList, WhiteListRepository } from './white-list.repository.js';

const DAY_MS = 86_400_000;
const LIST_CAUSES = 'list:';
const ENTRY_CAUSES = 'entries:';
export const STALE_CAUSES = 'stale:';

interface Refusal {
  readonly outcome: 'refused' | 'unreachable';
  readonly code: ErrorCode;
  readonly detail: string;
  readonly sha256?: string;
}

/**
 * Takes what a download brought, or refuses it: list, history, event, alerts and audit in one transaction. The list
 * before it stays the current one unless a verified one takes its place.
 */
@Injectable()
export class TakeList {
  constructor(
    private readonly database: Database,
    private readonly repository: WhiteListRepository,
    private readonly revocations: Revocations,
    private readonly certificates: PublicCertificates,
    private readonly alerts: Alerts,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @param actor the local account of an operator, or this service. */
  async take(brought: Download, actor: string): Promise<WhiteListAttempt> {
    return this.database.transaction(async (tx) => {
      await this.repository.lock(tx);
      const previous = await this.repository.current(tx);
      const attempt = await this.judge(tx, brought, previous);
      await this.record(tx, attempt, actor);
      return attempt;
    });
  }

  /**
   * Is the list that is held still one that would be taken? Asked when revocation lists change. It makes nothing usable
   * for longer: only the publisher can, by still publishing it.
   * @returns the refusal, if it would not; the list stays.
   */
  async lookAgain(): Promise<WhiteListAttempt | undefined> {
    return this.database.transaction(async (tx) => {
      await this.repository.lock(tx);
      const held = await this.repository.current(tx);
      const bytes = held && (await this.repository.bytes(tx, held));
      if (!bytes) return undefined;
      const verified = this.verify(bytes, held);
      if (verified.ok) return undefined;
      const attempt = refused(refusalBy(verified, held.sha256));
      await this.record(tx, attempt, 'whitelist-sync');
      return attempt;
    });
  }

  private async record(tx: Tx, attempt: WhiteListAttempt, actor: string): Promise<void> {
    await this.repository.addAttempt(tx, attempt);
    await this.alerts.set(tx, LIST_CAUSES, causesOf(attempt));
    await this.audit.record(tx, {
      kind: attempt.code === undefined ? 'operatorAct' : 'securityAlert',
      outcome: attempt.code === undefined ? OUTCOME.success : OUTCOME.seriousFailure,
      ...(attempt.code !== undefined && { outcomeDescription: attempt.code }),
      participants: [
        { userId: actor, requestor: true },
        ...(actor === 'whitelist-sync' ? [] : [{ userId: 'whitelist-sync', requestor: false }]),
      ],
      objects: [{ kind: 'resource', name: 'white list' }],
      detail: {
        act: 'white-list.take',
        outcome: attempt.outcome,
        ...(attempt.version !== undefined && { version: attempt.version }),
        ...(attempt.sha256 !== undefined && { sha256: attempt.sha256 }),
      },
    });
  }

  private async judge(tx: Tx, brought: Download, previous: KeptList | undefined): Promise<WhiteListAttempt> {
    const bytes =
      brought.outcome === 'body'
        ? brought.bytes
        : brought.outcome === 'not-modified' && previous && (await this.repository.bytes(tx, previous));
    if (!bytes) return refused(refusalOf(brought));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // Verified even when the server says that nothing changed: the clock and the revocation lists have moved.
    const verified = this.verify(bytes, previous);
    if (!verified.ok) return refused(refusalBy(verified, sha256));
    const etag = brought.outcome === 'body' ? brought.etag : undefined;
    return this.keep(tx, { list: verified.list, bytes, sha256, etag, now: new Date() }, previous);
  }

  private verify(bytes: Buffer, previous: KeptList | undefined): WhiteListResult {
    return verifyWhiteList(bytes, {
      authorities: this.certificates.authorities,
      crls: this.revocations.crls,
      signers: this.settings.whiteListSigners,
      now: new Date(),
      ...(previous && { previous }),
      maxBytes: this.settings.whiteListMaxBytes,
      crlGraceSeconds: this.settings.crlGraceSeconds,
    });
  }

  private async keep(
    tx: Tx,
    taken: { list: VerifiedWhiteList; bytes: Buffer; sha256: string; etag: string | undefined; now: Date },
    previous: KeptList | undefined,
  ): Promise<WhiteListAttempt> {
    const { list, bytes, sha256, etag, now } = taken;
    const version = (previous?.version ?? 0) + 1;
    const usableUntil = new Date(now.getTime() + this.settings.whiteListMaxAgeDays * DAY_MS);
    if (previous && list.relation === 'same') {
      await this.repository.prolong(tx, previous, now, usableUntil, etag);
    } else {
      await this.repository.insert(tx, {
        version,
        bytes,
        sha256,
        etag,
        contentDigest: list.contentDigest,
        generatedAt: list.generatedAt,
        signingTime: list.signingTime,
        verifiedAt: now,
        usableUntil,
        signer: formatDn(list.signer.subject),
        signerNotAfter: list.signer.notAfter,
        entries: list.entries,
      });
      await this.alerts.set(tx, ENTRY_CAUSES, leftOutOf(list));
    }
    await this.alerts.set(tx, STALE_CAUSES, []);
    await this.outbox.add(tx, 'white-list.changed', {
      at: now.toISOString(),
      version,
      generatedAt: list.generatedAt.toISOString(),
      entries: list.entries.length,
    });
    return {
      at: now.toISOString(),
      outcome: list.relation === 'same' ? 'unchanged' : list.relation === 'renewal' ? 'renewed' : 'accepted',
      sha256,
      generatedAt: list.generatedAt.toISOString(),
      signedAt: list.signingTime.toISOString(),
      version,
      ...compareArrays(previous, list),
    };
  }
}

const compareArrays = (
  previous: KeptList | undefined,
  { entries }: VerifiedWhiteList,
): Pick<WhiteListAttempt, 'added' | 'removed' | 'changed'> => {
  const { added, removed, changed } = compareLists(previous?.entries ?? [], entries);
  return { added: [...added], removed: [...removed], changed: [...changed] };
};

function refusalOf(brought: Download): Refusal {
  if (brought.outcome === 'too-large') return { outcome: 'refused', code: 'DRIM-721', detail: 'markup: too-large' };
  const detail = brought.outcome === 'unreachable' ? brought.detail : 'nothing to compare with';
  return { outcome: 'unreachable', code: 'DRIM-720', detail };
}

const refusalBy = ({ kind, detail }: WhiteListResult & { ok: false }, sha256: string): Refusal => ({
  outcome: 'refused',
  code: CODE_OF[kind],
  detail: `${kind}: ${detail}`,
  sha256,
});

const refused = ({ detail, ...refusal }: Refusal): WhiteListAttempt => ({
  at: new Date().toISOString(),
  ...refusal,
  detail: detail.slice(0, 500),
  added: [],
  removed: [],
  changed: [],
});

const causesOf = ({ code, detail }: WhiteListAttempt): Cause[] =>
  code === undefined ? [] : [{ cause: `${LIST_CAUSES}${code}`, code, detail }];

/** Entries that name nobody: their DRIMboxes would be refused without anybody knowing why. */
function leftOutOf({ leftOut }: VerifiedWhiteList): Cause[] {
  if (leftOut.length === 0) return [];
  const first = leftOut[0]!;
  const detail = `${leftOut.length} entries left out; entry ${first.position}: ${first.reason}`;
  return [{ cause: `${ENTRY_CAUSES}left-out`, code: 'DRIM-727', detail }];
}
