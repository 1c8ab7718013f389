import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/**
 * Tables of hl7-ingest. `reception` is the journal: one row per message with its first acknowledgement.
 * Raw bytes are stored as they came: base64 of a PDF hardly shrinks, and trying costs CPU on the way of an AA.
 */
export const MIGRATIONS: readonly Migration[] = [
  ...BUS_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  {
    name: 'hl7-001-reception',
    sql: `
      create table reception (
        id uuid primary key,
        sequence bigint not null,
        received_at timestamptz not null,
        site text not null,
        listener text not null,
        peer text not null,
        application text not null,
        facility text not null,
        control_id text not null,
        digest bytea not null,
        message_type text not null,
        verdict text not null check (verdict in ('AA', 'AE', 'AR', 'none')),
        outcome text not null check (outcome in ('accepted', 'refused', 'ignored')),
        code text,
        detail text,
        location text,
        notes jsonb not null,
        bytes integer not null,
        raw bytea not null,
        ack bytea,
        repeats integer not null default 0,
        last_repeat_at timestamptz
      );
      alter table reception alter column raw set storage external;
      -- A repeat is the same MSH-3/4/10 and the same bytes. AR asks to send again, so it never stands for an answer.
      create unique index reception_repeat on reception (digest, site, control_id, application, facility)
        where verdict in ('AA', 'AE');
      create index reception_latest on reception (sequence desc);
      create index reception_control on reception (site, control_id);

      create table report (
        id uuid primary key,
        reception_id uuid not null references reception,
        body jsonb not null
      );`,
  },
  {
    name: 'hl7-002-journal-search',
    sql: `
      -- On the way of every AA: what is searched rarely or is rare costs a summary per block, or nothing.
      create index reception_site on reception (site, sequence desc);
      create index reception_received on reception using brin (received_at);
      create index reception_code on reception (code, sequence desc) where code is not null;
      create index reception_notes on reception using gin (notes jsonb_path_ops) where notes <> '[]'::jsonb;
      create index reception_message on reception (control_id);
      create index report_reception on report (reception_id);`,
  },
];
