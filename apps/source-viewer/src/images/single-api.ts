import { CodecError } from '@drimbox/codecs';
import type { ErrorCode, ImageQuality } from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import {
  type Access,
  type AccessEnd,
  AccessJournal,
  closedAs,
  Outlet,
  OutletClosed,
  ServedTally,
} from '@drimbox/images';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { accessOf } from '../journal/door.js';
import type { Exchange } from '../portal/exchange.js';
import { DOCUMENT_POLICY } from '../portal/page-headers.js';
import type { View } from '../session/session.js';
import { refuse } from './answers.js';
import { type EncapsulatedDocument, type Place, type Single, Singles } from './single.js';
import { mediaTypeOf, type ViewFrame } from './view-frames.js';

/** A body, and the headers that it needs besides its type and length. */
interface Body {
  readonly type: string;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One frame or one document as the whole answer (docs/image-api.md). Each leaves its record like a series does. */
@Injectable()
export class SingleApi {
  constructor(
    private readonly singles: Singles,
    private readonly journal: AccessJournal,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @param number from 1 */
  frame(exchange: Exchange, view: View, at: Place, number: number, quality: ImageQuality): Promise<void> {
    const asked = (signal: AbortSignal): Promise<Single<ViewFrame>> =>
      this.singles.frame(view, at, number, quality, signal);
    return this.give(exchange, accessTo('frames', exchange, view, at), asked, frameBody);
  }

  document(exchange: Exchange, view: View, at: Place): Promise<void> {
    const asked = (signal: AbortSignal): Promise<Single<EncapsulatedDocument>> =>
      this.singles.document(view, at, signal);
    return this.give(exchange, accessTo('instance', exchange, view, at), asked, documentBody);
  }

  private async give<T>(
    exchange: Exchange,
    access: Access,
    ask: (signal: AbortSignal) => Promise<Single<T>>,
    bodyOf: (value: T) => Body,
  ): Promise<void> {
    const { response } = exchange;
    const began = performance.now();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const tally = new ServedTally();
    let bytes = 0;
    let end: Pick<AccessEnd, 'outcome' | 'code'> = { outcome: 'failed', code: 'DRIM-100' };
    await this.journal.open(access);
    try {
      const found = await ask(gone.signal);
      if (found.ok && found.one) {
        const body = bodyOf(found.one.value);
        const outlet = new Outlet(response, this.settings.stallSeconds * 1000);
        end = await sent(outlet, body);
        if (end.outcome === 'complete') tally.add(found.one.served);
        bytes = outlet.bytes;
      } else {
        const code = found.ok ? 'DRIM-719' : (found.ended.code ?? 'DRIM-308');
        end = gone.signal.aborted ? { outcome: 'cancelled', code: 'DRIM-315' } : { outcome: 'failed', code };
        refuseOne(exchange, found.ok, code);
      }
    } catch (error) {
      if (!(error instanceof CodecError) && !(error instanceof DatasetError)) throw error;
      end = { outcome: 'failed', code: 'DRIM-715' };
      refuse(exchange, 502, 'unavailable', 'DRIM-715');
    } finally {
      const { objects } = tally;
      await this.journal.close(access, { ...end, objects, bytes, milliseconds: performance.now() - began });
    }
  }
}

const accessTo = (level: 'frames' | 'instance', { from }: Exchange, view: View, { uid, series }: Place): Access =>
  accessOf(view, from, { level, series, instance: uid });

/** At the pace of its reader. @returns how it ended. */
async function sent(outlet: Outlet, { type, bytes, headers }: Body): Promise<Pick<AccessEnd, 'outcome' | 'code'>> {
  if (outlet.gone) return { outcome: 'cancelled', code: 'DRIM-315' };
  try {
    outlet.begin(type, { ...headers, 'content-length': String(bytes.length) });
    await outlet.send([bytes]);
    await outlet.finish();
    return { outcome: 'complete' };
  } catch (error) {
    if (error instanceof OutletClosed) return closedAs(error);
    throw error;
  }
}

function refuseOne(exchange: Exchange, absent: boolean, code: ErrorCode): void {
  if (exchange.response.destroyed) return;
  if (absent) refuse(exchange, 404, 'not-found');
  else refuse(exchange, 502, 'unavailable', code);
}

const frameBody = (frame: ViewFrame): Body => ({
  type: mediaTypeOf(frame),
  bytes: frame.bytes,
  headers: {},
});

function documentBody({ bytes, type }: EncapsulatedDocument): Body {
  const known = /^[a-z]+\/[a-z0-9.+-]{1,60}$/i.test(type) ? type : 'application/octet-stream';
  return {
    type: known,
    bytes,
    headers: {
      'content-disposition': `attachment; filename="document${known === 'application/pdf' ? '.pdf' : ''}"`,
      'content-security-policy': DOCUMENT_POLICY,
    },
  };
}
