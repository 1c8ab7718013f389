import { tagText } from './tags.js';

/**
 * `malformed`: bytes that are no data set. `limit`: a bound was reached. `charset`: a character set that is unknown or
 * cannot hold the text. `syntax`: a transfer syntax not read here. `value`: a value its VR does not allow.
 */
export type DatasetErrorKind = 'malformed' | 'limit' | 'charset' | 'syntax' | 'value';

/** What is wrong with a data set, by tag; the message never holds a value. */
export class DatasetError extends Error {
  constructor(
    readonly kind: DatasetErrorKind,
    reason: string,
    readonly tag?: number,
  ) {
    super(tag === undefined ? reason : `${tagText(tag)}: ${reason}`);
    this.name = 'DatasetError';
  }
}
