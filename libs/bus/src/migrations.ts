import type { Migration } from '@drimbox/persistence';

/** Tables of the bus in each service's own schema; an app puts them first in its list of migrations. */
export const BUS_MIGRATIONS: readonly Migration[] = [
  {
    name: 'bus-001-outbox',
    sql: `
      create table outbox (
        position bigint generated always as identity primary key,
        id uuid not null unique,
        event text not null,
        body jsonb not null,
        traceparent text,
        created_at timestamptz not null default now(),
        sent_at timestamptz
      );
      create index outbox_unsent on outbox (event, position) where sent_at is null;
      create index outbox_sent on outbox (sent_at) where sent_at is not null;
      -- One row: which store of the broker the sent rows are in.
      create table relay_state (
        single boolean primary key default true check (single),
        stream_created timestamptz not null
      );`,
  },
  {
    name: 'bus-002-inbox',
    sql: `
      create table inbox (
        event_id uuid primary key,
        event text not null,
        handled_at timestamptz not null default now()
      );
      create index inbox_handled on inbox (handled_at);
      -- Events whose handling failed or ended without a verdict; a row lives until the verdict.
      create table event_trouble (
        event text not null,
        event_id text not null,
        failures int not null default 0,
        lone_runs int not null default 0,
        first_at timestamptz not null default now(),
        last_at timestamptz not null default now(),
        primary key (event, event_id)
      );
      create table dead_letter (
        id uuid primary key default gen_random_uuid(),
        event text not null,
        event_id text not null,
        body bytea not null,
        traceparent text,
        code text not null,
        reason text not null,
        attempts int not null,
        first_at timestamptz not null,
        last_at timestamptz not null default now(),
        replayed_at timestamptz,
        unique (event, event_id)
      );`,
  },
];
