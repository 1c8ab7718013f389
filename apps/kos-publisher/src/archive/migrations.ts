import type { Migration } from '@drimbox/persistence';

/** What the archive is searched by besides what its rows already tell apart (DB.SO.13). */
export const ARCHIVE_MIGRATIONS: readonly Migration[] = [
  {
    name: 'kos-004-archive-search',
    sql: `
      -- Two versions may be frozen in the same millisecond: pages follow an order of their own.
      alter table kos_version add column position bigint generated always as identity;
      create unique index kos_version_position on kos_version (position desc);
      create index exam_study on exam (study);
      create index report_document on report (document_key text_pattern_ops);`,
  },
  {
    name: 'kos-005-studies-of-a-report',
    sql: `
      -- Each report asks which studies its earlier versions named.
      create index report_study_report on report_study (report_id);`,
  },
  {
    name: 'kos-006-key-images',
    sql: `
      -- Versions of earlier releases do not flag the key images (drimbox-rules §3.2); later ones do.
      alter table kos_version add column key_images boolean not null default false;
      alter table kos_version alter column key_images set default true;
      alter table kos_version add column outdated boolean not null default false;`,
  },
];
