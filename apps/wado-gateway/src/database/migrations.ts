import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Forward only: a step that has run anywhere is never changed. */
const OWN: readonly Migration[] = [
  {
    name: 'wado-001-exam',
    sql: `
      -- What kos-publisher has told of each exam (exam.projected); an older version is ignored.
      create table exam (
        exam_id uuid primary key,
        site text not null,
        pacs_link text not null,
        study text not null,
        version integer not null,
        shown boolean not null,
        kos text,
        former_kos text[] not null
      );
      create index exam_study on exam (pacs_link, study);

      -- The projection decides only once it was read whole: an absent exam must mean an unknown one.
      create table projection_state (
        single boolean primary key default true check (single),
        complete boolean not null,
        next uuid
      );`,
  },
  {
    name: 'wado-002-trust',
    sql: `
      -- Last verified white list and revocation lists, so that a restart does not depend on whitelist-sync.
      create table trust_copy (
        kind text primary key check (kind in ('white-list', 'revocations')),
        version integer not null,
        body jsonb not null
      );`,
  },
  {
    name: 'wado-003-access',
    sql: `
      -- A row stands for an access let through and not yet ended: committed before the first byte, deleted in the
      -- transaction that writes its audit record. Those of a process that died are ended by another, or at its start.
      create table access_open (
        id uuid primary key,
        owner uuid not null,
        opened_at timestamptz not null default now(),
        facts jsonb not null
      );
      create index access_open_owner on access_open (owner);
      create table gateway_process (
        owner uuid primary key,
        seen_at timestamptz not null default now()
      );`,
  },
  {
    name: 'wado-004-person',
    sql: `
      -- The journal is that of every door: who asked is a person.
      update access_open set facts = facts || jsonb_build_object('person', facts->'professional')
        where facts ? 'professional' and not facts ? 'person';`,
  },
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
