import type { ZipProgress } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { newId } from '../session/sealer.js';

export type ExportState = ZipProgress['state'];

interface Row {
  state: ExportState;
  received: number;
  expected: number;
  bytes: string;
}

/** An archive that nobody has said to be under way for so long is not: its process died. */
const DEAD_SECONDS = 30;
const LIVES = `state = 'running' and seen_at > now() - interval '${DEAD_SECONDS} seconds'`;

/** Exports kept for one view at a time; the oldest goes first. */
const MAX_EXPORTS = 20;

/** Archives asked for, shared by the replicas: one streams, any may be asked how far it is, or to stop it. */
@Injectable()
export class ExportRepository {
  constructor(private readonly database: Database) {}

  /** @returns its id; undefined while another one of this view is under way. */
  async ask(view: string, expected: number): Promise<string | undefined> {
    const id = newId();
    const rows = await this.database.query(
      `with oldest as (
         delete from portal_export where id in (
           select id from portal_export where view_id = $2 and not (${LIVES}) order by position desc offset $4))
       insert into portal_export (id, view_id, expected)
       select $1, $2, $3 where not exists (select 1 from portal_export where view_id = $2 and ${LIVES})
       returning 1`,
      [id, view, expected, MAX_EXPORTS - 1],
    );
    return rows.length > 0 ? id : undefined;
  }

  async progress(view: string, id: string): Promise<ZipProgress | undefined> {
    const [row] = await this.database.query<Row>(
      `select case when state = 'running' and not (${LIVES}) then 'failed' else state end as state, received, expected, bytes
         from portal_export where id = $1 and view_id = $2`,
      [id, view],
    );
    return row && { ...row, bytes: Number(row.bytes) };
  }

  /** Takes it up, once. */
  async begin(view: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `update portal_export set state = 'running', seen_at = now() where id = $1 and view_id = $2 and state = 'waiting' returning 1`,
      [id, view],
    );
    return rows.length > 0;
  }

  /** @returns false when it was cancelled meanwhile, or its session has ended. */
  async advance(id: string, received: number, bytes: number): Promise<boolean> {
    const rows = await this.database.query(
      `update portal_export set received = $2, bytes = $3, seen_at = now() where id = $1 and state = 'running' returning 1`,
      [id, received, bytes],
    );
    return rows.length > 0;
  }

  async end(id: string, state: ExportState, received: number, bytes: number): Promise<void> {
    await this.database.query(
      `update portal_export set state = case when state = 'cancelled' then state else $2 end, received = $3, bytes = $4
        where id = $1`,
      [id, state, received, bytes],
    );
  }

  async cancel(view: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `update portal_export set state = 'cancelled' where id = $1 and view_id = $2 and state in ('waiting', 'running')
       returning 1`,
      [id, view],
    );
    return rows.length > 0;
  }
}
