import { ExamManifest, type Failure } from '@drimbox/contracts';
import { InternalClient } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import type { KnownExam } from '../access/facts.js';

export type ManifestResult =
  { readonly ok: true; readonly manifest: ExamManifest } | { readonly ok: false; readonly failure: Failure };

interface Kept {
  readonly manifest: ExamManifest;
  readonly until: number;
}

/** A viewer asks for the series of an exam one after the other: the identity is kept in memory that long, never on disk. */
const KEPT_MILLISECONDS = 60_000;
const MAX_KEPT = 500;

/** What the pointer of an exam names and whose it is, asked of kos-publisher once per version. */
@Injectable()
export class Manifests {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly client: InternalClient) {}

  async of({ examId, version }: KnownExam): Promise<ManifestResult> {
    const key = `${examId}:${version}`;
    const known = this.kept.get(key);
    if (known && known.until > Date.now()) return { ok: true, manifest: known.manifest };
    const asked = await this.client.call({
      to: 'kos-publisher',
      path: `/exams/${encodeURIComponent(examId)}/manifest`,
      answer: ExamManifest,
    });
    if (!asked.ok) return { ok: false, failure: asked.failure };
    this.kept.delete(key);
    for (const [oldest, { until }] of this.kept) {
      if (this.kept.size < MAX_KEPT && until > Date.now()) break;
      this.kept.delete(oldest);
    }
    this.kept.set(key, { manifest: asked.value, until: Date.now() + KEPT_MILLISECONDS });
    return { ok: true, manifest: asked.value };
  }
}
