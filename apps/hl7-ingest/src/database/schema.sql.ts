/**
 * Tables of hl7-ingest. `reception` is the journal: one row per message, with its first acknowledgement.
 * Raw bytes are stored as they came (no server-side compression: base64 of a PDF hardly shrinks and costs CPU on the way of an AA).
 */
export const CREATE_TABLES = `
create sequence reception_order;
create table reception (
  id uuid primary key,
  sequence bigint not null default nextval('reception_order'),
  received_at timestamptz not null default now(),
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
  notes jsonb not null default '[]',
  bytes integer not null,
  raw bytea,
  ack bytea,
  repeats integer not null default 0,
  last_repeat_at timestamptz
);
alter table reception alter column raw set storage external;
-- A repeat is the same MSH-3/4/10 and the same bytes. AR asks to send again, so it never stands for an answer.
create unique index reception_repeat on reception (site, control_id, application, facility, digest) where verdict in ('AA', 'AE');
create index reception_latest on reception (sequence desc);
create index reception_control on reception (site, application, facility, control_id);

create table report (
  id uuid primary key,
  reception_id uuid not null references reception,
  site text not null,
  body jsonb not null
);
`;
