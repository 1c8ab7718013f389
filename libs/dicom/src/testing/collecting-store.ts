import { createHash } from 'node:crypto';
import { Status } from '../dimse/status.js';
import type { PeerFailure } from '../peer-failure.js';
import type { StoreHandler, StoreRequest } from '../scp/store-handler.js';

export interface CollectedObject {
  readonly request: StoreRequest;
  readonly bytes: number;
  readonly sha256: string;
}

/** A store that keeps the digest of each object: enough to know that it is the one that was sent. */
export class CollectingStore {
  readonly objects: CollectedObject[] = [];
  readonly failures: PeerFailure[] = [];

  /** The status of each answer: a constant, or what `answer` makes of the request. */
  constructor(private readonly answer: (request: StoreRequest) => number | Promise<number> = () => Status.Success) {}

  readonly handler: StoreHandler = (request) => {
    const hash = createHash('sha256');
    let bytes = 0;
    return {
      write: (slice) => {
        hash.update(slice);
        bytes += slice.length;
        return true;
      },
      end: () => {
        this.objects.push({ request, bytes, sha256: hash.digest('hex') });
        return this.answer(request);
      },
      fail: (failure) => this.failures.push(failure),
    };
  };

  /** Digest by SOP Instance UID. */
  get digests(): ReadonlyMap<string, string> {
    return new Map(this.objects.map(({ request, sha256 }) => [request.sopInstance, sha256]));
  }
}
