import { Handles } from '@drimbox/bus';
import { DrimError } from '@drimbox/contracts';
import { Controller } from '@nestjs/common';
import { TrustCopies } from './trust-copies.js';

/** News of whitelist-sync. The body is fetched; a version already known changes nothing, so repeats are harmless. */
@Controller()
export class TrustHandler {
  constructor(private readonly copies: TrustCopies) {}

  @Handles('white-list.changed')
  listChanged(): Promise<void> {
    return this.take('white-list');
  }

  @Handles('revocations.changed')
  revocationsChanged(): Promise<void> {
    return this.take('revocations');
  }

  private async take(kind: 'white-list' | 'revocations'): Promise<void> {
    const failed = await this.copies.fetch(kind);
    if (failed !== undefined) throw new DrimError('DRIM-106', `whitelist-sync: ${failed}`);
  }
}
