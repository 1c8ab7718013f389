import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';
import { ARCHIVE_MIGRATIONS } from '../archive/migrations.js';

/** Tables of kos-publisher. Every row that changes a decision is written in the transaction of that decision. */
export const MIGRATIONS: readonly Migration[] = [
  ...BUS_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  {
    name: 'kos-001-reports',
    sql: `
      create table report (
        id uuid primary key,
        site text not null,
        lineage uuid not null,
        operation text not null check (operation in ('new', 'replace', 'withdraw')),
        document_key text not null,
        set_key text,
        replaces_key text,
        sequence bigint not null,
        body jsonb not null,
        received_at timestamptz not null,
        -- A CDA id with the same operation says nothing new.
        unique (site, document_key, operation)
      );
      create index report_set on report (site, set_key) where set_key is not null;
      create index report_replaces on report (site, replaces_key) where replaces_key is not null;
      create index report_lineage on report (lineage);
      create table report_study (
        site text not null,
        study text not null,
        report_id uuid not null references report on delete cascade,
        primary key (site, study, report_id)
      );`,
  },
  {
    name: 'kos-002-exam',
    sql: `
      create table exam (
        id uuid primary key,
        site text not null,
        pacs_link text not null,
        study text not null,
        state text not null,
        version integer not null default 0,
        cause_code text,
        cause_detail text,
        attempts integer not null default 0,
        next_attempt_at timestamptz,
        claimed_until timestamptz,
        held_fingerprint text,
        held_code text,
        held_detail text,
        first_report_at timestamptz,
        shown boolean not null default false,
        invisible_to_subject boolean not null default false,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (site, study)
      );
      create index exam_due on exam (next_attempt_at) where next_attempt_at is not null;
      create index exam_updated on exam (updated_at desc);

      create table exam_step (
        position bigint generated always as identity primary key,
        exam_id uuid not null references exam on delete cascade,
        at timestamptz not null default now(),
        event text not null,
        from_state text not null,
        to_state text not null,
        action text not null,
        code text,
        detail text,
        report_id uuid,
        milliseconds double precision
      );
      create index exam_step_exam on exam_step (exam_id, position);
      create index exam_step_report on exam_step (report_id) where report_id is not null;

      create table parked_request (
        id uuid primary key,
        exam_id uuid not null references exam on delete cascade,
        event text not null,
        parked_at timestamptz not null default now(),
        done_at timestamptz
      );
      create index parked_request_waiting on parked_request (exam_id) where done_at is null;`,
  },
  {
    name: 'kos-003-archive',
    sql: `
      -- The archive (DB.SO.13): KOS, XDS envelope and signature as frozen before the first send, never changed afterwards.
      create table kos_version (
        id uuid primary key,
        exam_id uuid not null references exam on delete cascade,
        number integer not null,
        status text not null default 'frozen'
          check (status in ('frozen', 'refused', 'approved', 'replaced', 'deleted', 'lost', 'discarded')),
        kos_uid text not null unique,
        kos bytea not null,
        metadata bytea not null,
        signature bytea not null,
        submission jsonb not null,
        summary jsonb not null,
        visibility jsonb not null,
        lineage uuid not null,
        report_id uuid not null references report,
        instance_number integer not null,
        replaces uuid references kos_version,
        ins text not null,
        ipp text,
        accession text,
        frozen_at timestamptz not null default now(),
        status_at timestamptz not null default now(),
        unique (exam_id, number)
      );
      create index kos_version_lineage on kos_version (lineage);
      create index kos_version_ins on kos_version (ins);
      create index kos_version_ipp on kos_version (ipp) where ipp is not null;
      create index kos_version_accession on kos_version (accession) where accession is not null;
      create index kos_version_frozen on kos_version (frozen_at);

      -- Written before each contact with the DMP: without an outcome, the DMP may or may not have done it.
      create table dmp_attempt (
        position bigint generated always as identity primary key,
        id uuid not null unique,
        kos_version_id uuid not null references kos_version on delete cascade,
        operation text not null check (operation in ('send', 'look', 'delete')),
        started_at timestamptz not null default now(),
        ended_at timestamptz,
        outcome text check (outcome in ('accepted', 'refused', 'not-sent', 'unknown', 'found', 'not-found')),
        code text,
        detail text
      );
      create index dmp_attempt_version on dmp_attempt (kos_version_id, position);`,
  },
  ...ARCHIVE_MIGRATIONS,
];
