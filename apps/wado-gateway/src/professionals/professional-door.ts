import {
  type Client,
  IdentityHttp,
  isAllowed,
  type ProfessionTable,
  ProviderMetadata,
  readProfessions,
  TokenChecker,
} from '@drimbox/identity';
import { CertificateStore, CONFIG, Lifecycle, Metrics, ProductionChecks } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { TokenVerdict } from '../access/facts.js';
import type { Settings } from '../config/settings.js';

/** Bac à sable, and machines that are nobody's. */
const TEST_PROVIDER = /(^|\.)bas\.|^localhost$|^127\.|\.test$/;

/** Asks Pro Santé Connect whose a token is, and the table whether that profession may see images (DB.SO.33, .34). */
@Injectable()
export class ProfessionalDoor implements OnModuleInit {
  private readonly http: IdentityHttp;
  private readonly checker: TokenChecker;
  private readonly table: ProfessionTable;
  private readonly checks: ReturnType<Metrics['counter']>;

  constructor(
    private readonly certificates: CertificateStore,
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
    productionChecks: ProductionChecks,
    @Inject(CONFIG) settings: Settings,
  ) {
    const ca = settings.pscCaFile === undefined ? undefined : readFileSync(settings.pscCaFile, 'utf8');
    this.http = new IdentityHttp({
      timeoutMs: settings.pscTimeoutSeconds * 1000,
      tls: () => {
        // Read at each call: a renewed couple is used without a restart.
        const pair = settings.pscCertificate === undefined ? undefined : this.certificates.get(settings.pscCertificate);
        return { ...(pair && { cert: pair.cert, key: pair.key }), ...(ca !== undefined && { ca }) };
      },
    });
    this.checker = new TokenChecker({
      provider: new ProviderMetadata({
        issuer: settings.pscIssuer,
        discoveryUrl: settings.pscDiscoveryUrl,
        fetch: this.http.fetch,
      }),
      client: clientOf(settings),
      fetch: this.http.fetch,
      cacheSeconds: settings.pscCacheSeconds,
      ...(settings.pscAllowedClients && { allowedClients: settings.pscAllowedClients }),
    });
    this.table = readProfessions(settings.professionsFile);
    productionChecks.add(() =>
      TEST_PROVIDER.test(new URL(settings.pscIssuer).hostname) ? ['the issuer of Pro Santé Connect is a test one'] : [],
    );
    this.checks = metrics.counter('drimbox_token_checks_total', 'Tokens checked, by what came of it', ['outcome']);
  }

  onModuleInit(): void {
    this.lifecycle.onDrain('store', 'Pro Santé Connect', () => this.http.close());
  }

  async check(token: string | undefined): Promise<TokenVerdict> {
    const checked = await this.checker.check(token);
    this.checks.inc({ outcome: checked.ok ? 'good' : checked.kind });
    if (!checked.ok) {
      const detail = checked.cause === undefined ? checked.kind : `${checked.kind} (${checked.cause})`;
      const unavailable = checked.kind === 'unreachable' || checked.kind === 'unreadable';
      return { ok: false, reason: unavailable ? 'unavailable' : 'inactive', detail };
    }
    const { professional, token: active } = checked;
    const session = active.sessionState ?? active.jti;
    return {
      ok: true,
      professional: { id: professional.nationalId, ...(session !== undefined && { session }) },
      allowed: isAllowed(professional, this.table).ok,
    };
  }
}

function clientOf({ pscClientId: clientId, pscSecretFile, pscCertificate }: Settings): Client {
  if (pscSecretFile !== undefined) {
    const secret = readFileSync(pscSecretFile, 'utf8').trim();
    return { clientId, authentication: { method: 'client_secret_basic', secret } };
  }
  if (pscCertificate === undefined) throw new RangeError('set DRIMBOX_PSC_CERTIFICATE or DRIMBOX_PSC_SECRET_FILE');
  return { clientId, authentication: { method: 'tls_client_auth' } };
}
