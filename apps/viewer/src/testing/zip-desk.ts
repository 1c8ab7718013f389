import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZipProgress } from '@drimbox/contracts';
import type { DoubleObject } from './double.js';

interface Exam {
  readonly series: readonly { readonly files: readonly DoubleObject[]; readonly pace?: number }[];
}

type Desk = (
  request: IncomingMessage,
  response: ServerResponse,
  id: string | undefined,
  what: string | undefined,
  exam: Exam,
) => Promise<void>;

/** The ZIP of the double: files one after the other, at the pace of their series. Only its progress and end matter here. */
export function zipDesk(): Desk {
  const exports = new Map<string, ZipProgress>();
  const files = (exam: Exam): Buffer[] =>
    exam.series.flatMap((series) => series.files.filter((file): file is Buffer => Buffer.isBuffer(file)));
  return async (request, response, id, what, exam) => {
    if (request.method === 'POST') {
      const made = `zip-${exports.size + 1}`;
      exports.set(made, { state: 'waiting', received: 0, expected: files(exam).length, bytes: 0 });
      response.writeHead(201, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ id: made }));
    }
    const state = exports.get(id ?? '');
    if (id === undefined || !state) return void response.writeHead(404).end('{}');
    if (request.method === 'DELETE') {
      exports.set(id, { ...state, state: 'cancelled' });
      return void response.writeHead(204).end();
    }
    if (what === 'progress') {
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify(state));
    }
    response.writeHead(200, {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="examen.zip"',
    });
    for (const file of files(exam)) {
      const now = exports.get(id);
      if (!now || now.state === 'cancelled') return void response.destroy();
      response.write(file);
      exports.set(id, { ...now, state: 'running', received: now.received + 1, bytes: now.bytes + file.length });
      await new Promise((resolve) => setTimeout(resolve, exam.series[0]?.pace ?? 1));
    }
    const last = exports.get(id);
    if (last) exports.set(id, { ...last, state: 'complete' });
    response.end();
  };
}
