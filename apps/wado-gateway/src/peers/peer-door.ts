import { CertificateStore, CONFIG, Logger, ProductionChecks } from '@drimbox/service';
import { type Crl, formatDn, ListIndex, PeerChecker, type PeerResult, readAuthorities, readCrl } from '@drimbox/trust';
import type { WhiteListEntry } from '@drimbox/contracts';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Listing, PeerVerdict } from '../access/facts.js';
import type { Settings } from '../config/settings.js';
import { TrustCopies } from '../white-list/trust-copies.js';

type PeerFailure = (PeerResult & { ok: false })['kind'];

/** Reasons that an answer tells apart; the rest is "invalid", its words are for the journal. */
const REASONS: Partial<Record<PeerFailure, (PeerVerdict & { ok: false })['reason']>> = {
  revoked: 'revoked',
  'no-crl': 'no-revocation-list',
  'stale-crl': 'no-revocation-list',
};

/**
 * What a client certificate is worth at this request: chain to the configured authorities (IGC-Santé) and no other,
 * dates, use, revocation; and where the white list has its subject (DSR §3.2.3 A).
 */
@Injectable()
export class PeerDoor implements OnModuleInit {
  private checker: PeerChecker | undefined;
  private list: ListIndex<WhiteListEntry> | undefined;

  constructor(
    private readonly certificates: CertificateStore,
    private readonly trust: TrustCopies,
    private readonly logger: Logger,
    private readonly productionChecks: ProductionChecks,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.load();
    this.productionChecks.add(() => testAuthorities(this.certificates.anchors() ?? ''));
    this.trust.onChange(() => this.load());
    this.certificates.onChange(() => this.load());
  }

  /** @param certificate DER, as shown in the handshake of the connection that carries the request. */
  judge(certificate: Buffer | undefined, now = new Date()): { verdict: PeerVerdict; listing: Listing } {
    const usable = this.trust.whiteList !== undefined && new Date(this.trust.whiteList.usableUntil) > now;
    const listing = (peer: string | undefined): Listing => (usable ? { usable, peer } : { usable: false });
    if (!certificate) return { verdict: { ok: false, reason: 'absent' }, listing: listing(undefined) };
    if (!this.checker) {
      return {
        verdict: { ok: false, reason: 'invalid', detail: 'no authority is configured' },
        listing: listing(undefined),
      };
    }
    const checked = this.checker.check(certificate, 'tls-client', now);
    if (!checked.ok) {
      const { kind, detail } = checked;
      return {
        verdict: { ok: false, reason: REASONS[kind] ?? 'invalid', detail: `${kind}, ${detail}` },
        listing: listing(undefined),
      };
    }
    return { verdict: { ok: true }, listing: listing(this.list?.listedAs(checked.certificate.subject)?.db) };
  }

  private load(): void {
    const anchors = this.certificates.anchors();
    const crls = (this.trust.revocations?.lists ?? []).flatMap(({ der }) => this.crlOf(der));
    try {
      // A new one at each change: nothing that was found good under the old lists is good under the new ones.
      this.checker =
        anchors === undefined
          ? undefined
          : new PeerChecker({
              authorities: readAuthorities(anchors),
              crls,
              crlGraceSeconds: this.settings.crlGraceSeconds,
            });
    } catch (error) {
      this.checker = undefined;
      this.logger.error('authorities.refused', { fault: error instanceof RangeError ? error.message : 'unreadable' });
    }
    this.list = this.trust.whiteList && new ListIndex(this.trust.whiteList.entries);
  }

  private crlOf(der: string): Crl[] {
    const read = readCrl(Buffer.from(der, 'base64'));
    if (read.ok) return [read.crl];
    this.logger.error('crl.refused', { fault: read.kind, detail: read.detail });
    return [];
  }
}

/** Authorities of the sandbox and of the test IGC-Santé have it in their names. */
function testAuthorities(anchors: string): string[] {
  const { anchors: roots, intermediates } = readAuthorities(anchors);
  return [...roots, ...intermediates]
    .map(({ subject }) => formatDn(subject))
    .filter((name) => /\b(test|sandbox)\b/i.test(name))
    .map((name) => `authority "${name}" is a test one`);
}
