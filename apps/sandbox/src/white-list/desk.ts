import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { readBody } from '../dmp/http-body.js';
import { Fault } from './behaviours.js';
import { ListForm, PublishedEntry } from './list-form.js';
import type { Publisher } from './publisher.js';

const MAX_ORDER_BYTES = 16 * 1024 * 1024;

/** `POST /list`: new entries make a new list; without them the same content is signed again. */
const Publication = z.strictObject({
  form: ListForm.optional(),
  entries: z.array(PublishedEntry).optional(),
  generatedAt: z.coerce.date().optional(),
  signingTime: z.coerce.date().optional(),
});
const Revocation = z.strictObject({ serialNumber: z.string().optional() });
const CrlDates = z.strictObject({ stale: z.boolean() });

/** The desk of the publisher (plain HTTP, loopback): what it publishes, and its misbehaviours. */
export const createDesk = (publisher: Publisher): Server =>
  createServer((request, response) => {
    const work = async (): Promise<[number, unknown]> => {
      const body = await readBody(request, MAX_ORDER_BYTES);
      return body === undefined
        ? [413, { error: 'too large' }]
        : route(publisher, `${request.method} ${request.url}`, body);
    };
    work()
      .catch((error: unknown): [number, unknown] => {
        if (error instanceof z.ZodError || error instanceof SyntaxError) return [400, { error: error.message }];
        console.error(error);
        return [500, { error: 'internal error' }];
      })
      .then(([status, value]) =>
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value)),
      )
      .catch(() => response.destroy());
  });

async function route(publisher: Publisher, target: string, body: Buffer): Promise<[number, unknown]> {
  const order = (): unknown => JSON.parse(body.toString('utf8') || '{}');
  switch (target) {
    case 'GET /list':
      return [200, { entries: publisher.entries }];
    case 'POST /list': {
      const { form, entries, generatedAt, signingTime } = Publication.parse(order());
      await publisher.publish({
        ...(form && { form }),
        ...(entries && { entries }),
        ...(generatedAt && { generatedAt }),
        ...(signingTime && { signingTime }),
      });
      return [200, { entries: publisher.entries.length }];
    }
    case 'POST /revoke':
      await publisher.revoke(Revocation.parse(order()).serialNumber);
      return [200, {}];
    case 'POST /crls':
      await publisher.datesOfCrls(CrlDates.parse(order()).stale);
      return [200, {}];
    case 'POST /signer':
      await publisher.renewSigner();
      return [200, {}];
    case 'GET /faults':
      return [200, publisher.activeFaults];
    case 'POST /faults':
      publisher.addFault(Fault.parse(order()).kind);
      return [201, publisher.activeFaults];
    case 'DELETE /faults':
      publisher.clearFaults();
      return [200, []];
    default:
      return [404, { error: 'unknown' }];
  }
}
