import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Forward only: a step that has run anywhere is never changed. */
const OWN: readonly Migration[] = [
  {
    name: 'whitelist-001-list',
    sql: `
      create table white_list (
        id bigint generated always as identity primary key,
        version integer not null,
        bytes bytea not null,
        sha256 text not null,
        content_digest text not null,
        etag text,
        generated_at timestamptz not null,
        signed_at timestamptz not null,
        verified_at timestamptz not null,
        usable_until timestamptz not null,
        end_told boolean not null default false,
        signer text not null,
        signer_not_after timestamptz not null,
        entries jsonb not null
      );
      create table white_list_attempt (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        outcome text not null,
        code text,
        detail text,
        sha256 text,
        generated_at timestamptz,
        signed_at timestamptz,
        version integer,
        added jsonb not null default '[]',
        removed jsonb not null default '[]',
        changed jsonb not null default '[]'
      )`,
  },
  {
    name: 'whitelist-002-revocations',
    sql: `
      create table revocation_list (
        url text primary key,
        der bytea not null,
        fetched_at timestamptz not null,
        next_update timestamptz not null
      );
      create table revocation_version (only_one boolean primary key default true check (only_one), version integer not null);
      insert into revocation_version (version) values (0)`,
  },
  {
    name: 'whitelist-003-alerts',
    sql: `
      create table alert (
        cause text primary key,
        code text not null,
        detail text,
        since timestamptz not null default now()
      );
      create table alert_notice (
        id bigint generated always as identity primary key,
        channel text not null,
        notice jsonb not null,
        at timestamptz not null default now(),
        attempts integer not null default 0,
        next_at timestamptz not null default now(),
        sent_at timestamptz
      );
      create index alert_notice_unsent on alert_notice (next_at) where sent_at is null`,
  },
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
