import { END_FRAME, FrameType, frameHead, objectFrame, outcomeFrame, type RetrieveOutcome } from '@drimbox/contracts';
import type { ServerResponse } from 'node:http';

/** An object as a scripted pacs-bridge gives it. */
export interface TestObject {
  readonly series: string;
  readonly sopInstance: string;
  readonly sopClass: string;
  readonly transferSyntax: string;
  /** Data set, as the PACS holds it. */
  readonly bytes: Buffer;
}

/** What pacs-bridge is asked for. */
export interface Wanted {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  readonly heads?: boolean;
  readonly purpose: string;
  readonly flow: string;
  readonly expected?: number;
}

/** Frames of one object, its data cut in pieces that respect nothing. */
export function framesOf({ bytes, ...head }: TestObject): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 10_007) pieces.push(bytes.subarray(at, at + 10_007));
  return [objectFrame(head), ...pieces.flatMap((piece) => [frameHead(FrameType.Data, piece.length), piece]), END_FRAME];
}

export const outcome = (received: number, over: Partial<RetrieveOutcome> = {}): Buffer =>
  outcomeFrame({ outcome: 'complete', received, expected: received, ...over });

/** A whole answer of pacs-bridge. */
export function giveObjects(objects: readonly TestObject[], response: ServerResponse): void {
  response.writeHead(200);
  for (const object of objects) for (const frame of framesOf(object)) response.write(frame);
  response.end(outcome(objects.length));
}

/** Those of the objects that are asked for. */
export const wantedOf = (objects: readonly TestObject[], { series, instance }: Wanted): TestObject[] =>
  objects.filter(
    (object) => (series ?? object.series) === object.series && (instance ?? object.sopInstance) === object.sopInstance,
  );
