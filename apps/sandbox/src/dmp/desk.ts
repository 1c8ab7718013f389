import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Behaviour } from './behaviours.js';
import type { Behaviours } from './behaviours.js';
import { readBody } from './http-body.js';
import type { Ledger } from './ledger.js';
import type { RegisteredEntry } from './registered-entry.js';
import type { Registry } from './registry.js';
import { serialize } from './xml.js';

export interface DeskContext {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly behaviours: Behaviours;
  readonly reset: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

const MAX_ORDER_BYTES = 64 * 1024;

/**
 * The desk of the sandbox DMP (plain HTTP, loopback): what it holds, what it received, and its misbehaviours.
 * It has no access control: it must never listen elsewhere.
 */
export const createDesk = (context: DeskContext): Server =>
  createServer((request, response) => {
    const answer = async (): Promise<Reply> => {
      const body = await readBody(request, MAX_ORDER_BYTES);
      if (body === undefined) return json(413, { error: 'too large' });
      const { pathname } = new URL(request.url ?? '/', 'http://desk');
      return route(context, `${request.method} ${pathname}`, body.toString('utf8'));
    };
    answer()
      .catch((error: unknown) => {
        console.error(error);
        return json(500, { error: 'internal error' });
      })
      .then(({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body))
      .catch(() => response.destroy());
  });

const route = async (context: DeskContext, target: string, body: string): Promise<Reply> => {
  const { registry, ledger, behaviours } = context;
  const document = /^GET \/entries\/([0-9.]{1,64})\/(document|metadata)$/.exec(target);
  if (document) {
    const entry = registry.byUniqueId(document[1]!);
    if (entry === undefined) return json(404, { error: 'unknown uniqueId' });
    return document[2] === 'document'
      ? { status: 200, contentType: 'application/octet-stream', body: entry.document }
      : { status: 200, contentType: 'application/xml; charset=UTF-8', body: serialize(entry.object) };
  }
  const act = /^POST \/entries\/([0-9.]{1,64})\/(touch|delete)$/.exec(target);
  if (act) {
    const changed = await registry.changeByOthers(act[1]!, act[2] as 'touch' | 'delete');
    if (changed.ok) return json(200, summary(changed.value));
    return changed.problem === 'unknown'
      ? json(404, { error: 'unknown uniqueId' })
      : json(409, { error: 'the entry is not Approved' });
  }
  switch (target) {
    case 'GET /entries':
      return json(200, registry.all().map(summary));
    case 'GET /submissions':
      return json(200, ledger.all());
    case 'GET /faults':
      return json(200, behaviours.list());
    case 'POST /faults': {
      const order = Behaviour.safeParse(parseJson(body));
      if (!order.success) return json(400, { error: order.error.issues.map(({ message }) => message).join('; ') });
      behaviours.add(order.data);
      return json(201, order.data);
    }
    case 'DELETE /faults':
      behaviours.clear();
      return json(200, []);
    case 'POST /reset':
      await context.reset();
      return json(200, {});
    default:
      return json(404, { error: 'unknown' });
  }
};

const summary = ({ object: _object, document: _document, ...entry }: RegisteredEntry): object => ({
  ...entry,
  documentUrl: `/entries/${entry.uniqueId}/document`,
  metadataUrl: `/entries/${entry.uniqueId}/metadata`,
});

const json = (status: number, value: unknown): Reply => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
