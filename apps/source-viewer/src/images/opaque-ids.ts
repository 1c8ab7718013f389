import { createHmac } from 'node:crypto';

/** Ids of a view: the same for the same object in every answer of the view, worth nothing outside it. */
export class OpaqueIds {
  constructor(private readonly key: Buffer) {}

  of(uid: string): string {
    return createHmac('sha256', this.key).update(uid).digest().subarray(0, 18).toString('base64url');
  }
}
