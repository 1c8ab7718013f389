import { Audit } from '@drimbox/audit';
import { Database, type Sql } from '@drimbox/persistence';
import { CONFIG, errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { LoginTransaction } from '@drimbox/identity';
import type { Settings } from '../config/settings.js';
import { type SessionEnd, sessionEnded } from '../journal/session-ended.js';
import type { ReportLink } from '../link/read-link.js';
import { SessionKey } from './session-key.js';
import { hashOf, newId, placeOf } from './sealer.js';
import { isSamePerson, type Profile, type Session, type SignedIn, type Visit } from './session.js';

const PURGE_MILLISECONDS = 60_000;
/** Somebody who has not signed in yet. */
const ANONYMOUS_SECONDS = 1800;
/** Links followed in one session, in as many tabs; the oldest goes first. */
const MAX_VISITS = 50;

const MAX_PURGED = 200;

interface EndedRow {
  id_hash: Buffer;
  sealed: Buffer;
  subject_hash: Buffer | null;
  reason: SessionEnd;
  ended_at: Date;
}

const ALIVE = `seen_at > now() - $2 * interval '1 second' and ends_at > now()`;

/** Sessions and the links followed in them, shared by the replicas. A dead one is as good as none, before it is deleted too. */
@Injectable()
export class SessionRepository implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly key: SessionKey,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    const timer = setInterval(() => {
      this.purge().catch((error: unknown) => this.logger.warn('sessions.not-purged', errorFields(error)));
    }, PURGE_MILLISECONDS).unref();
    this.lifecycle.onDrain('work', 'sessions', () => clearInterval(timer));
  }

  async find(id: string | undefined): Promise<Session | undefined> {
    if (id === undefined) return undefined;
    const hash = hashOf(id);
    const [row] = await this.database.query<{ sealed: Buffer }>(
      `select sealed from portal_session where id_hash = $1 and ${ALIVE}`,
      [hash, this.settings.sessionIdleSeconds],
    );
    if (!row) return undefined;
    const opened = this.key.sealer.open(placeOf(hash), row.sealed) as { who?: SignedIn } | undefined;
    return opened && { hash, who: opened.who };
  }

  /** A session of nobody yet; its id goes into the cookie. */
  async begin(): Promise<{ readonly id: string; readonly session: Session }> {
    const id = newId();
    const hash = hashOf(id);
    await this.database.query(
      `insert into portal_session (id_hash, sealed, ends_at) values ($1, $2, now() + $3 * interval '1 second')`,
      [hash, this.key.sealer.seal(placeOf(hash), {}), Math.min(ANONYMOUS_SECONDS, this.settings.sessionMaxSeconds)],
    );
    return { id, session: { hash, who: undefined } };
  }

  /**
   * Somebody signed in: a new id, so that one given to the browser beforehand is worth nothing (fixation). The links followed come
   * along, and what the same person had opened in another tab; what was opened by somebody else does not.
   */
  async signIn(
    { hash: former, who: before }: Session,
    who: SignedIn,
  ): Promise<{ readonly id: string; readonly session: Session }> {
    const id = newId();
    const hash = hashOf(id);
    await this.database.transaction(async (tx) => {
      if (!isSamePerson(before, who)) await tx.query('delete from portal_view where session_hash = $1', [former]);
      await tx.query(
        `update portal_session set id_hash = $2, subject_hash = $3, sid_hash = $4, sealed = $5, seen_at = now(),
                ends_at = now() + $6 * interval '1 second'
          where id_hash = $1`,
        [
          former,
          hash,
          hashOf(who.tokens.subject),
          who.tokens.sid === undefined ? null : hashOf(who.tokens.sid),
          this.key.sealer.seal(placeOf(hash), { who }),
          this.settings.sessionMaxSeconds,
        ],
      );
    });
    return { id, session: { hash, who } };
  }

  /** Somebody goes on as somebody else would be shown: in one situation d'exercice. */
  async update({ hash }: Session, who: SignedIn): Promise<Session> {
    const sealed = this.key.sealer.seal(placeOf(hash), { who });
    await this.database.query('update portal_session set sealed = $2, seen_at = now() where id_hash = $1', [
      hash,
      sealed,
    ]);
    return { hash, who };
  }

  async touch({ hash }: Session): Promise<void> {
    await this.database.query('update portal_session set seen_at = now() where id_hash = $1', [hash]);
  }

  /** From now on it is as good as none; its row stays for the record of its end. */
  async end({ hash }: Session): Promise<void> {
    await this.database.query('update portal_session set ends_at = least(ends_at, now()) where id_hash = $1', [hash]);
  }

  /** @returns false when it had gone already, with its record. */
  async remove(tx: Sql, { hash }: Session): Promise<boolean> {
    const { count } = await tx.run({ text: 'delete from portal_session where id_hash = $1', values: [hash] });
    return count > 0;
  }

  async addVisit({ hash }: Session, link: ReportLink): Promise<Visit> {
    const id = newId();
    await this.database.query(
      `with oldest as (
         delete from portal_visit where id in (
           select id from portal_visit where session_hash = $2 order by position desc offset $4))
       insert into portal_visit (id, session_hash, sealed) values ($1, $2, $3)`,
      [id, hash, this.key.sealer.seal(`visit ${id}`, link), MAX_VISITS - 1],
    );
    return { id, link };
  }

  async visit({ hash }: Session, id: string): Promise<Visit | undefined> {
    const [row] = await this.database.query<{ sealed: Buffer }>(
      'select sealed from portal_visit where id = $1 and session_hash = $2',
      [id, hash],
    );
    const link = row && (this.key.sealer.open(`visit ${id}`, row.sealed) as ReportLink | undefined);
    return link && { id, link };
  }

  /** @param fqdn that the browser leaves from, and must come back to. */
  async beginLogin(visit: Visit, profile: Profile, transaction: LoginTransaction, fqdn: string): Promise<void> {
    const login = this.key.sealer.seal(`login ${visit.id}`, { profile, transaction });
    await this.database.query(
      'update portal_visit set state_hash = $2, login = $3, fqdn = $4, handed = false where id = $1',
      [visit.id, hashOf(transaction.state), login, fqdn],
    );
  }

  /** The FQDN that a login with this state left from, when it is another; told once. */
  async handOver(state: string, here: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ fqdn: string }>(
      `update portal_visit set handed = true where state_hash = $1 and not handed and fqdn <> $2 returning fqdn`,
      [hashOf(state), here],
    );
    return row?.fqdn;
  }

  /** The login that this state belongs to, taken out: it is used once. */
  async takeLogin(
    { hash }: Session,
    state: string,
  ): Promise<{ readonly visit: Visit; readonly profile: Profile; readonly transaction: LoginTransaction } | undefined> {
    const [row] = await this.database.query<{ id: string; login: Buffer }>(
      `with found as (select id, login from portal_visit where session_hash = $1 and state_hash = $2 for update)
       update portal_visit set state_hash = null, login = null from found where portal_visit.id = found.id
       returning found.id, found.login`,
      [hash, hashOf(state)],
    );
    const visit = row && (await this.visit({ hash, who: undefined }, row.id));
    const login =
      row &&
      (this.key.sealer.open(`login ${row.id}`, row.login) as
        { profile: Profile; transaction: LoginTransaction } | undefined);
    return visit && login && { visit, ...login };
  }

  /** Those of a person, or of one session at the provider, which has ended it. @returns how many. */
  async endOf(subject: string | undefined, sid: string | undefined): Promise<number> {
    if (subject === undefined && sid === undefined) return 0;
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.run<EndedRow>({
        text: `delete from portal_session
                where ($1::bytea is null or subject_hash = $1) and ($2::bytea is null or sid_hash = $2)
               returning id_hash, sealed, subject_hash, 'provider' as reason, now() as ended_at`,
        values: [subject === undefined ? null : hashOf(subject), sid === undefined ? null : hashOf(sid)],
      });
      await this.record(tx, rows);
      return rows.length;
    });
  }

  /** Deletes the sessions that have ended; each that was somebody's leaves its record, whichever replica comes first. */
  async purge(): Promise<void> {
    let count = MAX_PURGED;
    while (count === MAX_PURGED) {
      count = await this.database.transaction(async (tx) => {
        const { rows } = await tx.run<EndedRow>({
          text: `with ended as (
                   select id_hash, least(ends_at, seen_at + $1 * interval '1 second') as ended_at,
                          case when ends_at < seen_at + $1 * interval '1 second' then 'absolute' else 'idle' end as reason
                     from portal_session where ends_at < now() or seen_at < now() - $1 * interval '1 second'
                    limit ${MAX_PURGED} for update skip locked)
                 delete from portal_session using ended where portal_session.id_hash = ended.id_hash
                 returning portal_session.id_hash, sealed, subject_hash, reason, ended_at`,
          values: [this.settings.sessionIdleSeconds],
        });
        await this.record(tx, rows);
        return rows.length;
      });
    }
    await this.database.query('delete from portal_departure where ends_at < now()');
  }

  private async record(tx: Sql, ended: readonly EndedRow[]): Promise<void> {
    for (const { id_hash: hash, sealed, subject_hash: subject, reason, ended_at: at } of ended) {
      // Nobody had signed in.
      if (subject === null) continue;
      // Sealed by a process that took its key along: somebody's all the same.
      const who = (this.key.sealer.open(placeOf(hash), sealed) as { who?: SignedIn } | undefined)?.who;
      await this.audit.record(tx, sessionEnded(who, reason, at));
    }
  }
}
