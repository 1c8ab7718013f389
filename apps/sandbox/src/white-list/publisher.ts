import { createHash } from 'node:crypto';
import { PemConverter } from '@peculiar/x509';
import { type Authority, issue, type IssuedCertificate, reissueCrls, revoke } from '../pki/authority.js';
import { type FaultKind, spoilt } from './behaviours.js';
import type { ListDraft, ListForm, PublishedEntry } from './list-form.js';
import { signList } from './sign-list.js';

/** Who signs the list of the sandbox; its OU is that of the national signer, its authority is not. */
export const SIGNER = { commonName: 'Liste Blanche DRIM-M', structure: '318751275100020' } as const;

const DAY_MS = 24 * 3_600_000;

export interface Draft {
  readonly form?: ListForm;
  readonly entries?: readonly PublishedEntry[];
  readonly generatedAt?: Date;
  readonly signingTime?: Date;
}

/** The national publisher of the white list: what it has signed, its authority and its misbehaviours. */
export class Publisher {
  private faults: FaultKind[] = [];
  private list = '';
  private olderList = '';
  private otherList = '';

  private constructor(
    private igc: Authority,
    private signer: IssuedCertificate,
    private readonly other: IssuedCertificate,
    private draft: ListDraft,
  ) {}

  static async open(
    igc: Authority,
    entries: readonly PublishedEntry[],
    form: ListForm = 'enveloped',
  ): Promise<Publisher> {
    const organisation = 'DRIMBOX SANDBOX';
    const signer = await issue(igc, 'ORG_SIGN', { ...SIGNER, organisation, department: 'Paris (75)' });
    const other = await issue(igc, 'ORG_SIGN', { commonName: 'CACHET SANDBOX', structure: '1990000000', organisation });
    const now = new Date();
    const publisher = new Publisher(igc, signer, other, { form, entries, generatedAt: now, signingTime: now });
    await publisher.publish({});
    return publisher;
  }

  /** Signs again: a new list when entries are given (generated now), the same content under a later signature otherwise. */
  async publish({ form, entries, generatedAt, signingTime = new Date() }: Draft): Promise<void> {
    const { draft } = this;
    const renewed = entries === undefined ? draft.generatedAt : signingTime;
    this.draft = {
      form: form ?? draft.form,
      entries: entries ?? draft.entries,
      generatedAt: generatedAt ?? renewed,
      signingTime,
    };
    const older = { ...this.draft, generatedAt: new Date(this.draft.generatedAt.getTime() - 400 * DAY_MS) };
    [this.list, this.olderList, this.otherList] = await Promise.all([
      signList(this.draft, this.signer),
      signList(older, this.signer),
      signList(this.draft, this.other),
    ]);
  }

  get entries(): readonly PublishedEntry[] {
    return this.draft.entries;
  }

  /** The file as it is served now. */
  file(): Buffer {
    for (const fault of this.faults) {
      if (fault === 'older') return Buffer.from(this.olderList);
      if (fault === 'other-signer') return Buffer.from(this.otherList);
      const bytes = spoilt(this.list, fault);
      if (bytes) return bytes;
    }
    return Buffer.from(this.list);
  }

  /** What is beside the file; it agrees with whatever is served, which proves nothing. */
  checksum(): string {
    return createHash('sha256').update(this.file()).digest('hex');
  }

  has(fault: FaultKind): boolean {
    return this.faults.includes(fault);
  }

  addFault(fault: FaultKind): void {
    this.faults.push(fault);
  }

  clearFaults(): void {
    this.faults = [];
  }

  get activeFaults(): readonly FaultKind[] {
    return this.faults;
  }

  /** DER of the lists of the root and of the issuing authority. */
  crl(of: 'root' | 'issuing'): Buffer {
    const pem = this.igc.crls[of === 'root' ? 0 : 1] ?? '';
    return Buffer.from(PemConverter.decodeFirst(pem));
  }

  /** Revokes a certificate by its serial number; the signer's when none is given. */
  async revoke(serialNumber = this.signer.serialNumber): Promise<void> {
    this.igc = await revoke(this.igc, serialNumber);
  }

  /** Signs under a new certificate of the same name from the next list on. */
  async renewSigner(): Promise<void> {
    this.signer = await issue(this.igc, 'ORG_SIGN', {
      ...SIGNER,
      organisation: 'DRIMBOX SANDBOX',
      department: 'Paris (75)',
    });
  }

  /** Lists that were good until yesterday, or good ones again. */
  async datesOfCrls(stale: boolean): Promise<void> {
    const now = Date.now();
    this.igc = stale
      ? await reissueCrls(this.igc, new Date(now - 30 * DAY_MS), new Date(now - DAY_MS))
      : await reissueCrls(this.igc, new Date(now - 60_000), new Date(now + 7 * DAY_MS));
  }
}
