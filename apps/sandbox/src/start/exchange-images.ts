import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DRIMBOX_B, fqdnsOf } from '../stack/sites.js';
import type { Stack } from '../stack/stack.js';
import { ExchangeDesks } from '../wado/exchange-desks.js';
import { peerOf } from '../wado/peer.js';
import { askWado, type WadoAnswer } from '../wado/wado-client.js';
import type { PlayedReport } from './play-report.js';

/** What an official request lists, lossless first. */
const ACCEPT = ['1.2.840.10008.1.2.4.70;q=0.9', '1.2.840.10008.1.2.4.80;q=0.8', '1.2.840.10008.1.2.1;q=0.4']
  .map((wish) => `multipart/related; type="application/dicom";transfer-syntax=${wish};boundary=**`)
  .join(',');

export interface ExchangedImages {
  readonly complete: boolean;
  /** One line for whoever reads the quick start. */
  readonly told: string;
  /** The same request for whoever wants to send it with curl: where, and with which couple. */
  readonly address: string;
}

/** The second DRIMbox asks for the series of the pointer over mTLS, as a professional's token and the KOS allow it. */
export async function exchangeImages(stack: Stack, played: PlayedReport, seconds: number): Promise<ExchangedImages> {
  const { nation, drimbox, around } = stack;
  if (!nation.exchange || !played.entry) throw new Error('nothing to exchange');
  const { db } = fqdnsOf(drimbox, 1);
  const identity = await peerOf(join(stack.dir, 'pki-b'), nation, DRIMBOX_B);
  const desks = new ExchangeDesks(nation.exchange);
  const path = `/drim-so/v1/rs/studies/${played.study}/series/${played.firstSeries.uid}`;
  const ask = async (kos: string): Promise<WadoAnswer> =>
    askWado(identity, {
      fqdn: db,
      port: around.doors.wado,
      path,
      headers: {
        authorization: `Bearer ${await desks.token('radiologue', DRIMBOX_B)}`,
        'kos-sopinstanceuid': kos,
        accept: ACCEPT,
      },
    });
  let answer = await ask(played.entry.uniqueId);
  // The door learns of the pointer by an event, and of the white list by another.
  for (const until = Date.now() + seconds * 1000; answer.status !== 200 && Date.now() < until; await sleep(50))
    answer = await ask(played.entry.uniqueId);
  const complete = answer.whole && answer.parts.length === played.firstSeries.instances;
  const syntax = /transfer-syntax=([0-9.]+)/.exec(answer.parts[0]?.headers['content-type'] ?? '')?.[1] ?? 'none';
  return {
    complete,
    told:
      answer.status === 200
        ? `${answer.parts.length} of ${played.firstSeries.instances} images to ${fqdnsOf(DRIMBOX_B, 1).db} in ${syntax}, ${Math.round(answer.body.length / 1000)} kB in ${Math.round(answer.milliseconds)} ms`
        : `refused: ${answer.status} ${answer.body.toString('utf8').slice(0, 200)}`,
    address: `https://${db}${path} (127.0.0.1:${around.doors.wado})`,
  };
}
