import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Tables of kos-publisher. Every row that changes a decision is written in the transaction of that decision. */
export const MIGRATIONS: readonly Migration[] = [
  ...BUS_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  {
    name: 'kos-001-exam',
    sql: `
      create table report (
        id uuid primary key,
        site text not null,
        document_key text not null,
        operation text not null check (operation in ('new', 'replace', 'withdraw')),
        sequence bigint not null,
        body jsonb not null,
        received_at timestamptz not null,
        fetched_at timestamptz not null default now()
      );
      -- A report already known by its CDA id is never taken into the set twice.
      create unique index report_document on report (site, document_key) where operation = 'new';

      create table exam (
        id uuid primary key,
        site text not null,
        pacs_link text not null,
        study text not null,
        ins text,
        state text not null,
        version integer not null default 0,
        cause_code text,
        cause_detail text,
        attempts integer not null default 0,
        next_attempt_at timestamptz,
        claimed_until timestamptz,
        first_report_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (site, study)
      );
      create index exam_due on exam (next_attempt_at) where next_attempt_at is not null;

      create table exam_report (
        exam_id uuid not null references exam,
        report_id uuid not null references report,
        joined_at timestamptz not null default now(),
        left_at timestamptz,
        primary key (exam_id, report_id)
      );

      -- The archive (DB.SO.13): KOS, XDS envelope and signature as frozen before the first send, never changed afterwards.
      create table kos_version (
        id uuid primary key,
        exam_id uuid not null references exam,
        number integer not null,
        kos_uid text not null unique,
        kos bytea not null,
        metadata bytea not null,
        signature bytea not null,
        submission jsonb not null,
        summary jsonb not null,
        visibility jsonb not null,
        frozen_at timestamptz not null default now(),
        accepted_at timestamptz,
        unique (exam_id, number)
      );

      -- Written before each send: a row without an outcome means that the DMP may or may not have the document.
      create table dmp_attempt (
        id uuid primary key,
        kos_version_id uuid not null references kos_version,
        started_at timestamptz not null default now(),
        ended_at timestamptz,
        outcome text check (outcome in ('accepted', 'refused', 'not-sent', 'unknown', 'found', 'not-found')),
        code text,
        detail text
      );
      create index dmp_attempt_version on dmp_attempt (kos_version_id, started_at);

      create table exam_step (
        position bigint generated always as identity primary key,
        exam_id uuid not null references exam,
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

      create table parked_request (
        id uuid primary key,
        exam_id uuid not null references exam,
        event text not null,
        report_id uuid references report,
        sequence bigint,
        parked_at timestamptz not null default now(),
        done_at timestamptz
      );
      create index parked_request_waiting on parked_request (exam_id) where done_at is null;`,
  },
];
