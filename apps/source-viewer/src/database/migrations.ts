import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Forward only: a step that has run anywhere is never changed. */
const OWN: readonly Migration[] = [
  {
    name: 'viewer-001-link-condition',
    sql: `
      -- What pacs-bridge has told of each PACS: by event, and at the start by what it says when asked.
      create table link_condition (
        link text primary key,
        state text not null,
        since timestamptz not null
      )`,
  },
  {
    name: 'viewer-002-exam',
    sql: `
      -- What kos-publisher has told of each exam (exam.projected); an older version is ignored. No patient trait.
      create table exam (
        exam_id uuid primary key,
        site text not null,
        pacs_link text not null,
        study text not null,
        version integer not null,
        shown boolean not null,
        invisible_to_subject boolean not null
      );
      create index exam_study on exam (pacs_link, study);
      create table projection_state (
        single boolean primary key default true check (single),
        complete boolean not null,
        next uuid
      );`,
  },
  {
    name: 'viewer-003-session',
    sql: `
      -- Sessions of the portal, shared by the replicas. Ids stand by their hash; what is sealed (links, traits, tokens) is
      -- encrypted with a key that the database does not know.
      create table portal_session (
        id_hash bytea primary key,
        -- Of the provider's subject and session, by which a back-channel logout names it.
        subject_hash bytea,
        sid_hash bytea,
        sealed bytea not null,
        seen_at timestamptz not null default now(),
        ends_at timestamptz not null
      );
      create index portal_session_ends on portal_session (ends_at);
      create index portal_session_subject on portal_session (subject_hash) where subject_hash is not null;
      -- A link that was followed: one tab. Its login is taken out once.
      create table portal_visit (
        id text primary key,
        session_hash bytea not null references portal_session on delete cascade on update cascade,
        state_hash bytea,
        sealed bytea not null,
        login bytea,
        position bigint generated always as identity
      );
      create index portal_visit_session on portal_visit (session_hash);
      -- An exam that was opened.
      create table portal_view (
        id text primary key,
        session_hash bytea not null references portal_session on delete cascade on update cascade,
        exam_id uuid not null references exam on delete cascade,
        sealed bytea not null,
        position bigint generated always as identity
      );
      create index portal_view_session on portal_view (session_hash);
      create index portal_view_exam on portal_view (exam_id);`,
  },
  {
    name: 'viewer-004-export',
    sql: `
      -- Archives asked for in a view: one replica streams, any may be asked how far it is, or to stop it.
      create table portal_export (
        id text primary key,
        view_id text not null references portal_view on delete cascade,
        state text not null default 'waiting'
          check (state in ('waiting', 'running', 'complete', 'incomplete', 'failed', 'cancelled')),
        received integer not null default 0,
        expected integer not null,
        bytes bigint not null default 0,
        position bigint generated always as identity
      );
      create index portal_export_view on portal_export (view_id);`,
  },
  {
    name: 'viewer-005-access',
    sql: `
      -- A row stands for images on their way: committed before the first byte, deleted in the transaction that writes its
      -- audit record. Those of a process that died are ended by another, or at its start.
      create table access_open (
        id uuid primary key,
        owner uuid not null,
        opened_at timestamptz not null default now(),
        facts jsonb not null
      );
      create index access_open_owner on access_open (owner);
      create table portal_process (
        owner uuid primary key,
        seen_at timestamptz not null default now()
      );`,
  },
  {
    name: 'viewer-006-one-callback',
    sql: `
      -- A provider may send all browsers back to one name: from there each goes on, once, to the name that it left from.
      alter table portal_visit add column fqdn text, add column handed boolean not null default false;
      create index portal_visit_state on portal_visit (state_hash) where state_hash is not null;
      -- Somebody who logged out and whose browser may still end the provider's session; taken out once.
      create table portal_departure (
        id_hash bytea primary key,
        sealed bytea not null,
        ends_at timestamptz not null
      );`,
  },
  {
    name: 'viewer-007-export-seen',
    sql: `
      -- When the process that streams an archive last said so: one that died does not hold up the next archive.
      alter table portal_export add column seen_at timestamptz not null default now();`,
  },
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
