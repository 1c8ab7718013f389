import type { FoundStudy, Identifier, Order, PacsLink, Report, Structure } from '@drimbox/contracts';
import { buildKos, type KosIdentifier, type KosInput, newUid, seriesRetrieveUrl, TransferSyntax } from '@drimbox/dicom';
import type { KosSummary } from '../archive/frozen-submission.js';
import type { Settings } from '../config/settings.js';

export interface KosSources {
  readonly report: Report;
  readonly study: FoundStudy;
  readonly order: Order;
  readonly link: PacsLink;
  readonly structure: Structure;
  /** 1 for a first KOS, one more at each replacement (drimbox-rules §3.4). */
  readonly instanceNumber: number;
  readonly now: Date;
}

export interface BuiltKos {
  readonly uid: string;
  /** Part 10. */
  readonly bytes: Buffer;
  readonly created: Date;
  readonly summary: KosSummary;
}

type KosSettings = Pick<
  Settings,
  'kosUidRoot' | 'kosCharset' | 'kosTransferSyntax' | 'kosManufacturer' | 'kosTimeZone'
>;

const TRANSFER_SYNTAX = {
  explicit: TransferSyntax.ExplicitLittleEndian,
  implicit: TransferSyntax.ImplicitLittleEndian,
} as const;

/** The KOS of one study (drimbox-rules §3): the report says who and why, the PACS says what. */
export function kosOfStudy(sources: KosSources, settings: KosSettings): BuiltKos {
  const { study, now } = sources;
  const uid = newUid(settings.kosUidRoot);
  const bytes = buildKos(kosInput(sources, uid, settings), {
    transferSyntax: TRANSFER_SYNTAX[settings.kosTransferSyntax],
    ...(settings.kosCharset !== 'auto' && { charset: settings.kosCharset }),
  });
  return { uid, bytes, created: now, summary: summaryOf(study) };
}

function kosInput(
  { report, study, order, link, structure, instanceNumber, now }: KosSources,
  uid: string,
  settings: KosSettings,
): KosInput {
  const base = `https://${link.db}${link.wadoPath}`;
  const { patient } = report;
  return {
    sopInstanceUid: uid,
    seriesUid: newUid(settings.kosUidRoot),
    instanceNumber,
    created: now,
    timezone: settings.kosTimeZone,
    manufacturer: settings.kosManufacturer,
    institution: { name: structure.name, id: structure.id },
    patient,
    study: {
      uid: study.uid,
      date: study.date,
      time: study.time,
      description: study.description,
      id: study.id,
      referringPhysician: study.referringPhysician,
      act: report.studies.find(({ uid: known }) => known === study.uid)?.act?.display ?? '',
    },
    orders: [
      {
        ...(order.accession && kosIdentifier('accession', order.accession)),
        ...(order.placer && kosIdentifier('placer', order.placer)),
      },
    ],
    series: study.series.map((series) => ({
      ...series,
      retrieveUrl: seriesRetrieveUrl(base, study.uid, series.uid),
    })),
    keyObjects: study.keyObjects,
  };
}

/** An identifier without a value (nullFlavor) is left out. */
const kosIdentifier = <K extends 'accession' | 'placer'>(
  key: K,
  { root, extension }: Identifier,
): Partial<Record<K, KosIdentifier>> =>
  extension ? ({ [key]: { value: extension, oid: root } } as Partial<Record<K, KosIdentifier>>) : {};

function summaryOf(study: FoundStudy): KosSummary {
  const counts = new Map<string, { modality: string; sopClass: string; instances: number }>();
  for (const series of study.series) {
    for (const { sopClass } of series.instances) {
      const key = `${series.modality}^${sopClass}`;
      const known = counts.get(key);
      if (known) known.instances += 1;
      else counts.set(key, { modality: series.modality, sopClass, instances: 1 });
    }
  }
  return { series: study.series.length, objects: [...counts.values()] };
}
