import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { hashOf, newId } from './sealer.js';
import { SessionKey } from './session-key.js';
import type { Profile } from './session.js';

/** What ends the provider's session: an ID token, kept sealed and for minutes. */
export interface Departure {
  readonly profile: Profile;
  readonly idToken: string;
}

const SECONDS = 300;

/** Logouts of which the provider's half is left to the browser; each taken out once. */
@Injectable()
export class DepartureRepository {
  constructor(
    private readonly database: Database,
    private readonly key: SessionKey,
  ) {}

  /** @returns its id, for the cookie. */
  async keep(departure: Departure): Promise<string> {
    const id = newId();
    const hash = hashOf(id);
    await this.database.query(
      `with over as (delete from portal_departure where ends_at < now())
       insert into portal_departure (id_hash, sealed, ends_at) values ($1, $2, now() + ${SECONDS} * interval '1 second')`,
      [hash, this.key.sealer.seal(placeOf(hash), departure)],
    );
    return id;
  }

  async take(id: string | undefined): Promise<Departure | undefined> {
    if (id === undefined) return undefined;
    const hash = hashOf(id);
    const [row] = await this.database.query<{ sealed: Buffer; fresh: boolean }>(
      'delete from portal_departure where id_hash = $1 returning sealed, ends_at > now() as fresh',
      [hash],
    );
    return row?.fresh ? (this.key.sealer.open(placeOf(hash), row.sealed) as Departure | undefined) : undefined;
  }
}

const placeOf = (hash: Buffer): string => `departure ${hash.toString('hex')}`;
