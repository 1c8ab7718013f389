import type { JsonAttribute, JsonDataset } from '@drimbox/dicom';
import type { OpaqueIds } from './opaque-ids.js';

/** Of the patient, what measurements need: age, size, weight. */
const PATIENT_KEPT: ReadonlySet<string> = new Set(['00101010', '00101020', '00101030']);
/** Accession number, study id and other identifiers of the stay or the request, physicians and operators by other than their names, places, station. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '00080050',
  '00080051',
  '00080080',
  '00080081',
  '00080082',
  '00080092',
  '00080094',
  '00080096',
  '0008009D',
  '00081049',
  '00081052',
  '00081062',
  '00081072',
  '00081080',
  '00120040',
  '00120042',
  '00200010',
  '00321031',
  '00380010',
  '00380060',
  '00380300',
  '00380400',
  '00400009',
  '00400253',
  '00400275',
  '00400031',
  '00401001',
  '00402010',
  '00402016',
  '00402017',
  // Values of their own addresses, or of no use to a viewer.
  '00420011',
  '54001010',
  '7FE00010',
]);
/** Palettes and lookup tables: needed to show the image. */
const TABLES: ReadonlySet<string> = new Set([
  '00281201',
  '00281202',
  '00281203',
  '00281204',
  '00281221',
  '00281222',
  '00281223',
  '00283006',
]);
const CONTENT_SEQUENCE = '0040A730';
const MAX_BINARY = 64 * 1024;
/** Overlay Data of the sixteen groups, a bit a pixel: as large as that of a mammogram. */
const OVERLAY = /^60[01][02468ACE]3000$/;
const MAX_OVERLAY = 4 * 1024 * 1024;
/** What is under it names things of the standard, not of a patient. */
const DICOM_ROOT = '1.2.840.10008.';

/**
 * A head as a browser may have it (docs/image-api.md): no trait, no name, no identifier of a patient, an exam or an object. UIDs
 * become the ids of the view, so that they are equal where they were.
 */
export function viewHead(model: JsonDataset, ids: OpaqueIds): JsonDataset {
  return level(model, ids, false);
}

/** @param content within the content tree of a structured report, which stays whole but for its UIDs. */
function level(model: JsonDataset, ids: OpaqueIds, content: boolean): JsonDataset {
  const kept: Record<string, JsonAttribute> = {};
  for (const [tag, attribute] of Object.entries(model)) {
    if (!isKept(tag, attribute, content)) continue;
    kept[tag] = cleaned(attribute, ids, content || tag === CONTENT_SEQUENCE);
  }
  return kept;
}

function isKept(tag: string, { vr, InlineBinary }: JsonAttribute, content: boolean): boolean {
  if (isPrivate(tag) || LEFT_OUT.has(tag)) return false;
  if (tag.startsWith('0010')) return PATIENT_KEPT.has(tag);
  if (vr === 'PN') return content;
  const most = OVERLAY.test(tag) ? MAX_OVERLAY : MAX_BINARY;
  return InlineBinary === undefined || TABLES.has(tag) || (InlineBinary.length * 3) / 4 <= most;
}

const isPrivate = (tag: string): boolean => Number.parseInt(tag.slice(0, 4), 16) % 2 === 1;

function cleaned(attribute: JsonAttribute, ids: OpaqueIds, content: boolean): JsonAttribute {
  const { vr, Value } = attribute;
  if (!Value) return attribute;
  if (vr === 'SQ') return { vr, Value: Value.map((item) => (isDataset(item) ? level(item, ids, content) : item)) };
  if (vr !== 'UI') return attribute;
  return { vr, Value: Value.map((uid) => (typeof uid !== 'string' || uid.startsWith(DICOM_ROOT) ? uid : ids.of(uid))) };
}

const isDataset = (value: unknown): value is JsonDataset => typeof value === 'object' && value !== null;
