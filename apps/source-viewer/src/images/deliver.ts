import { type Access, type AccessEnd, type AccessJournal, closedAs, Outlet, OutletClosed } from '@drimbox/images';
import type { ServerResponse } from 'node:http';

export type End = Pick<AccessEnd, 'outcome' | 'code'>;

/** Images on their way to a browser over one answer. */
export interface Delivery {
  readonly journal: AccessJournal;
  readonly access: Access;
  readonly response: ServerResponse;
  readonly stallSeconds: number;
  /** What is looked at this often meanwhile; it may cut. */
  readonly watch: { readonly milliseconds: number; readonly look: (outlet: Outlet) => Promise<void> };
  /** @param signal aborted once nobody reads any more. */
  readonly work: (outlet: Outlet, signal: AbortSignal) => Promise<End>;
  /** At the end, whatever it was. @returns how it is recorded. */
  readonly ended: (
    end: End,
    outlet: Outlet,
  ) => Promise<End & Pick<AccessEnd, 'objects'> & { readonly firstAt?: number | undefined }>;
}

/**
 * Gives them: the access is opened before the first byte, watched while it lasts, and ended with what came of it, also when it was cut or
 * nobody reads any more.
 */
export async function deliver({
  journal,
  access,
  response,
  stallSeconds,
  watch,
  work,
  ended,
}: Delivery): Promise<void> {
  const began = performance.now();
  const gone = new AbortController();
  const outlet = new Outlet(response, stallSeconds * 1000);
  response.once('close', () => gone.abort());
  await journal.open(access);
  const watching = watched(outlet, watch);
  let end: End = { outcome: 'failed', code: 'DRIM-100' };
  try {
    end = await work(outlet, gone.signal);
  } catch (error) {
    // What broke off because nobody reads any more, or because we cut it, is told by what closed it.
    const closed = outlet.reason ?? (error instanceof OutletClosed ? error : undefined);
    outlet.cut('DRIM-100');
    if (!closed) throw error;
    end = closedAs(closed);
  } finally {
    // A look that is late must not speak of what has ended.
    await watching.end();
    gone.abort();
    const milliseconds = performance.now() - began;
    const { firstAt, ...told } = await ended(end, outlet);
    const first = firstAt === undefined ? {} : { millisecondsToFirst: firstAt - began };
    await journal.close(access, { ...told, ...first, bytes: outlet.bytes, milliseconds });
  }
}

/** Looks again and again, one look at a time: what is slow to answer is not asked the more. */
function watched(outlet: Outlet, { milliseconds, look }: Delivery['watch']): { end(): Promise<void> } {
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look(outlet)
      .catch(() => undefined)
      .finally(() => (looking = undefined));
  }, milliseconds);
  return {
    end: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
