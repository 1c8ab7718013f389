import type { Node } from '../xml/node.js';
import type { DocumentHeader } from './types.js';
import { compact, readCode, readIdentifier } from './values.js';

/** Identity and type of the document; `path` says what is missing. */
export function readDocumentHeader(root: Node): DocumentHeader | { path: string } {
  const id = readIdentifier(root.at('id'));
  const type = readCode(root.at('code'));
  if (!id) return { path: 'id/@root' };
  if (!type) return { path: 'code' };
  const replaced = root.all('relatedDocument').find((related) => related.attribute('typeCode') === 'RPLC');
  return compact<DocumentHeader>({
    id,
    type,
    setId: readIdentifier(root.at('setId')),
    version: readVersion(root.at('versionNumber')?.attribute('value')),
    replaces: readIdentifier(replaced?.at('parentDocument', 'id')),
    title: root.at('title')?.text,
    effectiveTime: root.at('effectiveTime')?.attribute('value'),
    confidentiality: readCode(root.at('confidentialityCode')),
  });
}

const readVersion = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
