import { CodecError } from '@drimbox/codecs';
import type { ErrorCode, ImageQuality } from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import { type Access, type AccessEnd, AccessJournal, ServedTally } from '@drimbox/images';
import { Injectable } from '@nestjs/common';
import { accessOf } from '../journal/door.js';
import type { Exchange } from '../portal/exchange.js';
import { DOCUMENT_POLICY } from '../portal/page-headers.js';
import type { View } from '../session/session.js';
import { API_HEADERS, refuse } from './answers.js';
import { type EncapsulatedDocument, type Place, type Single, Singles } from './single.js';
import { mediaTypeOf, type ViewFrame } from './view-frames.js';

/** A body, and the headers that it needs besides its length. */
interface Body {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One frame or one document as the whole answer (docs/image-api.md). Each leaves its record like a series does. */
@Injectable()
export class SingleApi {
  constructor(
    private readonly singles: Singles,
    private readonly journal: AccessJournal,
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
        const whole = await sent(exchange, body);
        end = whole ? { outcome: 'complete' } : { outcome: 'cancelled', code: 'DRIM-315' };
        if (whole) tally.add(found.one.served);
        bytes = body.bytes.length;
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

/** @returns false when its reader went before it had it. */
async function sent({ response }: Exchange, { bytes, headers }: Body): Promise<boolean> {
  if (response.destroyed) return false;
  response.writeHead(200, { ...API_HEADERS, ...headers, 'content-length': bytes.length });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(bytes, () => resolve());
  });
  return response.writableFinished;
}

function refuseOne(exchange: Exchange, absent: boolean, code: ErrorCode): void {
  if (exchange.response.destroyed) return;
  if (absent) refuse(exchange, 404, 'not-found');
  else refuse(exchange, 502, 'unavailable', code);
}

const frameBody = (frame: ViewFrame): Body => ({
  bytes: frame.bytes,
  headers: { 'content-type': mediaTypeOf(frame) },
});

function documentBody({ bytes, type }: EncapsulatedDocument): Body {
  const known = /^[a-z]+\/[a-z0-9.+-]{1,60}$/i.test(type) ? type : 'application/octet-stream';
  return {
    bytes,
    headers: {
      'content-type': known,
      'content-disposition': `attachment; filename="document${known === 'application/pdf' ? '.pdf' : ''}"`,
      'content-security-policy': DOCUMENT_POLICY,
    },
  };
}
