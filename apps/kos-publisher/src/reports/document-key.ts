import type { Identifier } from '@drimbox/contracts';

/** `root` or `root^extension`: how HL7 v3 identifiers are compared. */
export const documentKey = ({ root, extension }: Identifier): string =>
  extension === undefined ? root : `${root}^${extension}`;
