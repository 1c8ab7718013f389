import type { ErrorCode, WhiteListAttempt } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';
import type { ListEntry, TakenList } from '@drimbox/trust';
import { Injectable } from '@nestjs/common';

/** The last list taken, as it is kept. */
export interface KeptList extends TakenList {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
  readonly etag: string | undefined;
  readonly verifiedAt: Date;
  readonly usableUntil: Date;
  readonly endTold: boolean;
  readonly signer: string;
  readonly signerNotAfter: Date;
  readonly entries: readonly ListEntry[];
}

export type NewList = Omit<KeptList, 'id' | 'endTold'> & { readonly bytes: Buffer };

interface Row {
  id: string;
  version: number;
  sha256: string;
  content_digest: string;
  etag: string | null;
  generated_at: Date;
  signed_at: Date;
  verified_at: Date;
  usable_until: Date;
  end_told: boolean;
  signer: string;
  signer_not_after: Date;
  entries: (Omit<ListEntry, 'updatedAt'> & { updatedAt: string | null })[];
}

/** Lists beyond these are forgotten; what they changed stays in the history. */
const KEPT_LISTS = 30;
const KEPT_ATTEMPTS = '400 days';
const COLUMNS =
  'id, version, sha256, content_digest, etag, generated_at, signed_at, verified_at, usable_until, end_told, signer, signer_not_after, entries';

/** One at a time takes a list, whatever the number of replicas: what it is compared with must not change meanwhile. */
const LOCK = "select pg_advisory_xact_lock(hashtext('whitelist-sync list'))";

/** Tables of the white list and of its history. */
@Injectable()
export class WhiteListRepository {
  constructor(private readonly database: Database) {}

  lock(tx: Sql): Promise<unknown> {
    return tx.query(LOCK);
  }

  async current(sql: Sql = this.database): Promise<KeptList | undefined> {
    const [row] = await sql.query<Row>(`select ${COLUMNS} from white_list order by id desc limit 1`);
    return row && keptOf(row);
  }

  async bytes(sql: Sql, { id }: KeptList): Promise<Buffer | undefined> {
    const [row] = await sql.query<{ bytes: Buffer }>('select bytes from white_list where id = $1', [id]);
    return row?.bytes;
  }

  async insert(tx: Sql, list: NewList): Promise<void> {
    await tx.query(
      `insert into white_list (version, bytes, sha256, content_digest, etag, generated_at, signed_at, verified_at,
         usable_until, signer, signer_not_after, entries)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        list.version,
        list.bytes,
        list.sha256,
        list.contentDigest,
        list.etag ?? null,
        list.generatedAt,
        list.signingTime,
        list.verifiedAt,
        list.usableUntil,
        list.signer,
        list.signerNotAfter,
        JSON.stringify(list.entries),
      ],
    );
    await tx.query('delete from white_list where id not in (select id from white_list order by id desc limit $1)', [
      KEPT_LISTS,
    ]);
  }

  /** The same list verified once more: usable for longer, under a new version so that it is read again. */
  async prolong(tx: Sql, { id }: KeptList, verifiedAt: Date, usableUntil: Date, etag?: string): Promise<void> {
    await tx.query(
      `update white_list set verified_at = $2, usable_until = $3, etag = coalesce($4, etag), end_told = false,
         version = version + 1 where id = $1`,
      [id, verifiedAt, usableUntil, etag ?? null],
    );
  }

  /** True for the one who is to tell that the list stopped being usable; its version rises with the news. */
  async tellEnd(tx: Sql, { id }: KeptList): Promise<boolean> {
    const [row] = await tx.query(
      'update white_list set end_told = true, version = version + 1 where id = $1 and not end_told returning id',
      [id],
    );
    return row !== undefined;
  }

  async addAttempt(tx: Sql, attempt: WhiteListAttempt): Promise<void> {
    await tx.query(
      `insert into white_list_attempt (at, outcome, code, detail, sha256, generated_at, signed_at, version, added, removed, changed)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        attempt.at,
        attempt.outcome,
        attempt.code ?? null,
        attempt.detail ?? null,
        attempt.sha256 ?? null,
        attempt.generatedAt ?? null,
        attempt.signedAt ?? null,
        attempt.version ?? null,
        JSON.stringify(attempt.added),
        JSON.stringify(attempt.removed),
        JSON.stringify(attempt.changed),
      ],
    );
    await tx.query(`delete from white_list_attempt where at < now() - interval '${KEPT_ATTEMPTS}'`);
  }

  /** Newest first. */
  async attempts(limit: number): Promise<WhiteListAttempt[]> {
    const rows = await this.database.query<{
      at: Date;
      outcome: WhiteListAttempt['outcome'];
      code: ErrorCode | null;
      detail: string | null;
      sha256: string | null;
      generated_at: Date | null;
      signed_at: Date | null;
      version: number | null;
      added: string[];
      removed: string[];
      changed: string[];
    }>('select * from white_list_attempt order by id desc limit $1', [limit]);
    return rows.map(({ at, outcome, code, detail, sha256, generated_at, signed_at, version, ...changes }) => ({
      at: at.toISOString(),
      outcome,
      ...(code !== null && { code }),
      ...(detail !== null && { detail }),
      ...(sha256 !== null && { sha256 }),
      ...(generated_at && { generatedAt: generated_at.toISOString() }),
      ...(signed_at && { signedAt: signed_at.toISOString() }),
      ...(version !== null && { version }),
      added: changes.added,
      removed: changes.removed,
      changed: changes.changed,
    }));
  }
}

const keptOf = (row: Row): KeptList => ({
  id: row.id,
  version: row.version,
  sha256: row.sha256,
  contentDigest: row.content_digest,
  etag: row.etag ?? undefined,
  generatedAt: row.generated_at,
  signingTime: row.signed_at,
  verifiedAt: row.verified_at,
  usableUntil: row.usable_until,
  endTold: row.end_told,
  signer: row.signer,
  signerNotAfter: row.signer_not_after,
  entries: row.entries.map((entry) => ({
    ...entry,
    updatedAt: entry.updatedAt === null ? null : new Date(entry.updatedAt),
  })),
});
