/** An object whose UIDs have been read in its own data set and found to be among those asked for. */
export interface Arrival {
  readonly study: string;
  readonly series: string;
  readonly sopInstance: string;
  readonly sopClass: string;
  readonly transferSyntax: string;
  readonly modality: string;
}

/** Where the bytes of one object go. */
export interface ObjectSink {
  /** A slice that may be kept: it does not change any more. False: wait for `resume`. */
  write(bytes: Buffer): boolean;
  /** Where Pixel Data begins, the object's length when it has none; told before the first byte beyond it is written. */
  headEnds(offset: number): void;
  /** The data set is whole. False: it could not be kept. */
  end(): boolean;
  /** It will never be whole. */
  breakOff(): void;
}

/** Takes the objects of one retrieval. Undefined refuses the object. */
export interface ObjectReceiver {
  begin(arrival: Arrival, resume: () => void): ObjectSink | undefined;
}
