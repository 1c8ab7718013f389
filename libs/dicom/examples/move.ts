import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import {
  listenDicom,
  MOVE_CONTEXT,
  openAssociation,
  part10Head,
  type Peer,
  type RetrieveAnswer,
  STORAGE_SOP_CLASSES,
  type StoreHandler,
  Tag,
  TRANSFER_SYNTAXES,
} from '@drimbox/dicom';

/** Writes each object as it arrives to a file named by its UID, which the listener has checked. */
export const toFiles =
  (folder: string): StoreHandler =>
  (request, resume) => {
    const file: WriteStream = createWriteStream(join(folder, `${request.sopInstance}.dcm`));
    file.write(part10Head(request));
    return {
      // The bytes may be kept. False stops the PACS until the disk has caught up.
      write: (bytes) => file.write(bytes) || (file.once('drain', resume), false),
      end: () => new Promise((resolve) => file.end(() => resolve(0))),
      fail: () => file.destroy(),
    };
  };

/** One series by C-MOVE: the PACS knows `callingAe` at `port` and sends there. Aborting the signal sends C-CANCEL. */
export async function moveSeries(
  peer: Peer,
  wanted: { readonly study: string; readonly series: string },
  store: StoreHandler,
  port: number,
  signal?: AbortSignal,
): Promise<RetrieveAnswer | string> {
  let lastSign = -Infinity;
  const listener = await listenDicom({
    host: '127.0.0.1',
    port,
    allows: (address) => address === peer.host,
    admit: ({ callingAe, calledAe }) => {
      if (calledAe !== peer.callingAe) return { ok: false, reason: 'called-ae' };
      if (callingAe !== peer.calledAe) return { ok: false, reason: 'calling-ae' };
      return {
        ok: true,
        sopClasses: new Set(STORAGE_SOP_CLASSES.map(({ uid }) => uid)),
        transferSyntaxes: TRANSFER_SYNTAXES.map(({ uid }) => uid),
      };
    },
    store: (request, resume) => {
      lastSign = performance.now();
      return store(request, resume);
    },
  });
  try {
    const association = await openAssociation(peer, [MOVE_CONTEXT]);
    if (!association.ok) return association.failure.detail;
    const answer = await association.value.move({
      level: 'SERIES',
      keys: { [Tag.StudyInstanceUID]: wanted.study, [Tag.SeriesInstanceUID]: wanted.series },
      destination: peer.callingAe,
      silence: 30_000,
      lastSign: () => lastSign,
      ...(signal && { signal }),
    });
    await association.value.release();
    return answer.ok ? answer.value : `${answer.failure.kind}: ${answer.failure.detail}`;
  } finally {
    await listener.close();
  }
}
