import { DICOM_PS3_20, DICOM_TERMINOLOGY_OID, MODALITY_QUALIFIER, REGION_QUALIFIER } from '../vocabulary.js';
import type { Node } from '../xml/node.js';
import type { Code, Order, ReportStudy } from './types.js';
import { compact, readCode, readIdentifier } from './values.js';

/** DICOM UID (PS3.5 §9.1). */
const UID = /^[0-2](?:\.(?:0|[1-9][0-9]*))+$/;
const MAX_UID = 64;

/**
 * The studies of the report, one per Study Instance UID: two service events on one study are its two acts, the second kept among the
 * translations. A service event without a UID (screening code Z13.9, for instance) is no study.
 */
export function readStudies(serviceEvents: readonly Node[]): ReportStudy[] {
  const studies = new Map<string, ReportStudy>();
  for (const event of serviceEvents) {
    const uid = studyUid(event);
    if (uid === undefined) continue;
    const study = readStudy(event, uid);
    const known = studies.get(uid);
    if (known) merge(known, study);
    else studies.set(uid, study);
  }
  return [...studies.values()];
}

/** The UID is the root; some senders add `extension="studyInstanceUID"` (interop §3.2). */
export const studyUid = (event: Node): string | undefined =>
  event
    .all('id')
    .map((id) => id.attribute('root'))
    .find((root) => root !== undefined && root.length <= MAX_UID && UID.test(root));

function readStudy(event: Node, uid: string): ReportStudy {
  const code = event.at('code');
  const modalities: Code[] = [];
  const regions: Code[] = [];
  const actTranslations: Code[] = [];
  for (const translation of code?.all('translation') ?? []) {
    const value = readCode(translation);
    if (!value) continue;
    const qualifier = translation.at('qualifier', 'name')?.attribute('code');
    if (qualifier === REGION_QUALIFIER) regions.push(value);
    else if (qualifier === MODALITY_QUALIFIER || value.system === DICOM_TERMINOLOGY_OID) modalities.push(value);
    else actTranslations.push(value);
  }
  return compact<ReportStudy>({
    uid,
    act: readCode(code),
    actTranslations,
    modalities,
    regions,
    start: event.at('effectiveTime', 'low')?.attribute('value') ?? event.at('effectiveTime')?.attribute('value'),
    stop: event.at('effectiveTime', 'high')?.attribute('value'),
  });
}

function merge(known: ReportStudy, more: ReportStudy): void {
  addNew(known.modalities, more.modalities);
  addNew(known.regions, more.regions);
  const acts = more.act && !(known.act && sameCode(more.act, known.act)) ? [more.act] : [];
  addNew(known.actTranslations, [...acts, ...more.actTranslations]);
}

function addNew(list: Code[], codes: readonly Code[]): void {
  for (const code of codes) if (!list.some((one) => sameCode(one, code))) list.push(code);
}

const sameCode = (a: Code, b: Code): boolean => a.code === b.code && a.system === b.system;

/** Placer and accession numbers (interop §3.2); the header does not tie them to the studies. */
export function readOrders(root: Node): Order[] {
  return root
    .every('inFulfillmentOf', 'order')
    .map((order) =>
      compact<Order>({
        placer: readIdentifier(order.at('id')),
        accession: readIdentifier(order.all('accessionNumber', DICOM_PS3_20)[0]),
      }),
    )
    .filter((order) => order.placer ?? order.accession);
}
