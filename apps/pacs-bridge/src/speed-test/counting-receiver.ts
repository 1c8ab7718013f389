import type { Arrival, ObjectReceiver, ObjectSink } from '../retrieve/object-receiver.js';

/** Counts the objects of a speed test and keeps none of them. */
export class CountingReceiver implements ObjectReceiver {
  readonly instances = new Set<string>();
  readonly transferSyntaxes = new Set<string>();
  /** Of the data sets of whole objects, each counted once. */
  bytes = 0;
  /** `performance.now()` of the first byte and of the end of the last object. */
  firstByteAt: number | undefined;
  lastObjectAt: number | undefined;

  begin({ sopInstance, transferSyntax }: Arrival): ObjectSink {
    let length = 0;
    return {
      headEnds: () => undefined,
      write: (bytes) => {
        this.firstByteAt ??= performance.now();
        length += bytes.length;
        return true;
      },
      end: () => {
        if (!this.instances.has(sopInstance)) {
          this.instances.add(sopInstance);
          this.transferSyntaxes.add(transferSyntax);
          this.bytes += length;
        }
        this.lastObjectAt = performance.now();
        return true;
      },
      breakOff: () => undefined,
    };
  }
}
