import {
  type Client,
  createFranceConnectRelyingParty,
  createPscRelyingParty,
  type EncryptionKeys,
  IdentityHttp,
  loadEncryptionKeys,
  type Metadata,
  type Pivot,
  type Professional,
  ProviderMetadata,
  type RelyingParty,
  type RelyingPartyOptions,
} from '@drimbox/identity';
import { CertificateStore, CONFIG, Lifecycle, ProductionChecks } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { Settings } from '../config/settings.js';
import type { Profile } from '../session/session.js';

/** Where providers send a browser back to: on each vi FQDN, or on one host for all. */
export const CALLBACK_PATH = '/retour';

/** Bac à sable, and machines that are nobody's. */
const TEST_PROVIDER = /(^|\.)bas\.|dev-franceconnect|^localhost$|^127\.|\.test$/;

type Base = Omit<RelyingPartyOptions, 'redirectUri'>;

/** Pro Santé Connect and FranceConnect+, as far as they are set; one relying party for each vi FQDN. */
@Injectable()
export class Providers implements OnModuleInit {
  private readonly https: IdentityHttp[] = [];
  private readonly pscBase: Base | undefined;
  private readonly fcBase: Base | undefined;
  private keys: EncryptionKeys | undefined;
  private readonly professionals = new Map<string, RelyingParty<Professional>>();
  private readonly patients = new Map<string, RelyingParty<Pivot>>();

  /** @throws RangeError when a provider is set by half: the service does not start. */
  constructor(
    private readonly certificates: CertificateStore,
    private readonly lifecycle: Lifecycle,
    productionChecks: ProductionChecks,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {
    this.pscBase = this.pscOf(settings);
    this.fcBase = this.fcOf(settings);
    productionChecks.add(() =>
      [settings.pscIssuer, settings.fcIssuer]
        .filter((issuer) => issuer !== undefined && TEST_PROVIDER.test(new URL(issuer).hostname))
        .map(() => 'the issuer of an identity provider is a test one'),
    );
  }

  async onModuleInit(): Promise<void> {
    if (this.fcBase) {
      this.keys = await loadEncryptionKeys((this.settings.fcKeyFiles ?? []).map((file) => readFileSync(file, 'utf8')));
    }
    this.lifecycle.onDrain('store', 'identity providers', async () => {
      await Promise.all(this.https.map((http) => http.close()));
    });
  }

  /** Public keys that FranceConnect+ encrypts to. */
  get jwks(): EncryptionKeys['jwks'] | undefined {
    return this.keys?.jwks;
  }

  professional(fqdn: string): RelyingParty<Professional> | undefined {
    const base = this.pscBase;
    return (
      base &&
      made(this.professionals, fqdn, () =>
        createPscRelyingParty({ ...base, redirectUri: this.callback(this.settings.pscCallbackHost ?? fqdn) }),
      )
    );
  }

  patient(fqdn: string): RelyingParty<Pivot> | undefined {
    const { fcBase: base, keys } = this;
    if (!base || !keys) return undefined;
    return made(this.patients, fqdn, () =>
      createFranceConnectRelyingParty({
        ...base,
        redirectUri: this.callback(this.settings.fcCallbackHost ?? fqdn),
        decryptionKeys: keys.decryptionKeys,
        acrAsked: this.settings.fcAcr,
      }),
    );
  }

  /** Where a provider ends its session; undefined when it is away, not set, or has no such place. */
  async endSessionAddress(profile: Profile): Promise<string | undefined> {
    const base = profile === 'professional' ? this.pscBase : this.fcBase;
    const answer = await base?.provider.get();
    return answer?.ok ? answer.metadata.end_session_endpoint : undefined;
  }

  /** The address of this portal as browsers write it. */
  origin(fqdn: string): string {
    const { viPublicPort } = this.settings;
    return `https://${fqdn}${viPublicPort === 443 ? '' : `:${viPublicPort}`}`;
  }

  private callback(fqdn: string): string {
    return `${this.origin(fqdn)}${CALLBACK_PATH}`;
  }

  private pscOf(settings: Settings): Base | undefined {
    const { pscIssuer, pscDiscoveryUrl, pscClientId, pscCertificate, pscSecretFile, pscCaFile } = settings;
    if (pscIssuer === undefined) return undefined;
    if (pscDiscoveryUrl === undefined || pscClientId === undefined)
      throw new RangeError('set DRIMBOX_PSC_DISCOVERY_URL and DRIMBOX_PSC_CLIENT_ID');
    const http = this.httpOf(pscCaFile, pscCertificate);
    return {
      provider: new ProviderMetadata({ issuer: pscIssuer, discoveryUrl: pscDiscoveryUrl, fetch: http.fetch }),
      client: clientOf(pscClientId, pscSecretFile, 'client_secret_basic'),
      fetch: http.fetch,
    };
  }

  private fcOf(settings: Settings): Base | undefined {
    const { fcIssuer, fcDiscoveryUrl, fcMetadataFile, fcClientId, fcSecretFile, fcKeyFiles, fcCaFile } = settings;
    if (fcIssuer === undefined) return undefined;
    if (fcClientId === undefined || fcSecretFile === undefined || fcKeyFiles === undefined)
      throw new RangeError('set DRIMBOX_FC_CLIENT_ID, DRIMBOX_FC_SECRET_FILE and DRIMBOX_FC_KEY_FILES');
    const http = this.httpOf(fcCaFile, undefined);
    const metadata =
      fcMetadataFile === undefined
        ? undefined
        : (JSON.parse(readFileSync(fcMetadataFile, 'utf8')) as Omit<Metadata, 'issuer'>);
    return {
      provider: new ProviderMetadata({
        issuer: fcIssuer,
        fetch: http.fetch,
        ...(metadata ? { metadata } : {}),
        ...(fcDiscoveryUrl !== undefined && { discoveryUrl: fcDiscoveryUrl }),
      }),
      client: clientOf(fcClientId, fcSecretFile, 'client_secret_post'),
      fetch: http.fetch,
    };
  }

  private httpOf(caFile: string | undefined, certificate: string | undefined): IdentityHttp {
    const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
    const http = new IdentityHttp({
      timeoutMs: this.settings.identityTimeoutSeconds * 1000,
      tls: () => {
        // Read at each call: a renewed couple is used without a restart.
        const pair = certificate === undefined ? undefined : this.certificates.get(certificate);
        return { ...(pair && { cert: pair.cert, key: pair.key }), ...(ca !== undefined && { ca }) };
      },
    });
    this.https.push(http);
    return http;
  }
}

function clientOf(
  clientId: string,
  secretFile: string | undefined,
  method: 'client_secret_basic' | 'client_secret_post',
): Client {
  if (secretFile === undefined) return { clientId, authentication: { method: 'tls_client_auth' } };
  return { clientId, authentication: { method, secret: readFileSync(secretFile, 'utf8').trim() } };
}

function made<T>(known: Map<string, T>, name: string, make: () => T): T {
  const one = known.get(name) ?? make();
  known.set(name, one);
  return one;
}
