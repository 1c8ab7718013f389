import type { CalendarEntry } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CONFIG, errorFields, InternalTls, Lifecycle, Logger } from '@drimbox/service';
import { calendarOf, type CalendarItem, type Expiring, formatDn } from '@drimbox/trust';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Cause, Alerts } from '../alerts/alerts.js';
import type { Settings } from '../config/settings.js';
import { Revocations } from '../crl/revocations.service.js';
import { WhiteLists } from '../list/white-list.service.js';
import { PublicCertificates } from '../trust/public-certificates.js';

const DAY_MS = 86_400_000;
const LOOK_MILLISECONDS = 3_600_000;
const EXPIRY_CAUSES = 'expiry:';

/** Everything that expires: what we serve, the authorities, the signer, the CRLs, the list, the PSC client. */
@Injectable()
export class ExpiryCalendar implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly database: Database,
    private readonly certificates: PublicCertificates,
    private readonly revocations: Revocations,
    private readonly lists: WhiteLists,
    private readonly tls: InternalTls,
    private readonly alerts: Alerts,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const again = (): void => {
      this.looking = this.looking.then(() => this.warn());
    };
    this.timer = setInterval(again, LOOK_MILLISECONDS).unref();
    this.lists.onTaken(again);
    this.revocations.onChange(again);
    this.certificates.onChange(again);
    this.tls.onChange(again);
    this.lifecycle.onDrain('work', 'calendar', async () => {
      clearInterval(this.timer);
      await this.looking;
    });
    again();
  }

  entries(now = new Date()): CalendarEntry[] {
    return this.items(now).map(({ expiresAt, ...item }) => ({ ...item, expiresAt: expiresAt.toISOString() }));
  }

  private items(now: Date): CalendarItem[] {
    const { expiryWarningDays, crlWarningHours, whiteListWarningDays } = this.settings;
    const long = expiryWarningDays * DAY_MS;
    const warning = {
      certificate: long,
      'psc-client': long,
      crl: crlWarningHours * 3_600_000,
      'white-list': whiteListWarningDays * DAY_MS,
    };
    return calendarOf(this.things(), warning, now);
  }

  private *things(): Generator<Expiring> {
    const { anchors, intermediates } = this.certificates.authorities;
    for (const { subject, notAfter } of [...anchors, ...intermediates]) {
      yield { kind: 'certificate', subject: formatDn(subject).slice(0, 500), expiresAt: notAfter };
    }
    for (const [name, { notAfter }] of this.certificates.all()) {
      yield { kind: 'certificate', subject: name, expiresAt: notAfter };
    }
    yield { kind: 'certificate', subject: 'internal TLS of whitelist-sync', expiresAt: this.tls.current.notAfter };
    for (const { url, nextUpdate } of this.revocations.ends())
      yield { kind: 'crl', subject: url, expiresAt: nextUpdate };
    const list = this.lists.current;
    if (list) {
      yield { kind: 'white-list', subject: 'white list', expiresAt: list.usableUntil };
      yield {
        kind: 'certificate',
        subject: `signer of the white list: ${list.signer}`.slice(0, 500),
        expiresAt: list.signerNotAfter,
      };
    }
    const { pscClientExpiresAt } = this.settings;
    if (pscClientExpiresAt !== undefined) {
      yield { kind: 'psc-client', subject: 'PSC client', expiresAt: new Date(pscClientExpiresAt) };
    }
  }

  private async warn(): Promise<void> {
    if (this.lifecycle.stopping) return;
    const causes = this.items(new Date()).flatMap(({ kind, subject, expiresAt, state }): Cause[] =>
      state === 'ok'
        ? []
        : [
            {
              cause: `${EXPIRY_CAUSES}${state}:${kind}:${subject}`,
              code: state === 'soon' ? 'DRIM-730' : 'DRIM-731',
              detail: `${kind} ${subject}: ${expiresAt.toISOString()}`,
            },
          ],
    );
    try {
      await this.database.transaction((tx) => this.alerts.set(tx, EXPIRY_CAUSES, causes));
    } catch (error) {
      this.logger.error('calendar.not-told', errorFields(error));
    }
  }
}
