import { ExamIdentity, type Failure } from '@drimbox/contracts';
import { InternalClient } from '@drimbox/service';
import { Injectable } from '@nestjs/common';

/** `identity` is undefined when no pointer is in force. */
export type IdentityResult =
  | { readonly ok: true; readonly identity: ExamIdentity | undefined }
  | { readonly ok: false; readonly failure: Failure };

/** Whose exam it is and how its reports name it, asked of kos-publisher when somebody wants to see it. */
@Injectable()
export class ExamIdentities {
  constructor(private readonly client: InternalClient) {}

  async of(examId: string): Promise<IdentityResult> {
    const asked = await this.client.call({
      to: 'kos-publisher',
      path: `/exams/${encodeURIComponent(examId)}/identity`,
      answer: ExamIdentity,
    });
    if (asked.ok) return { ok: true, identity: asked.value };
    return asked.failure.code === 'DRIM-103'
      ? { ok: true, identity: undefined }
      : { ok: false, failure: asked.failure };
  }
}
