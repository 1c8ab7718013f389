import { parentPort, workerData } from 'node:worker_threads';
import { CodecError } from '../codec-error.js';
import { decodeFrame } from '../codecs/decode.js';
import { encodeFrame } from '../codecs/encode.js';
import type { FrameJob, FrameResult, WorkerAnswer, WorkerSetup } from './messages.js';

const PAGE = 65_536;

/** What is used of WebAssembly.Memory, which the types of Node leave out. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyMemory {
  readonly Memory: { readonly prototype: WasmMemory };
}

/** A codec asks for memory by this call; refused, its allocation fails and the frame with it, not the process. */
function boundWasmMemory({ maxWasmBytes }: WorkerSetup): void {
  const { Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyMemory }).WebAssembly;
  const grow: (this: WasmMemory, pages: number) => number = Reflect.get(Memory.prototype, 'grow');
  Memory.prototype.grow = function boundedGrow(this: WasmMemory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE > maxWasmBytes) throw new RangeError('memory bound of a codec');
    return grow.call(this, pages);
  };
}

async function run({ bytes, image, from, to, quality, loss }: FrameJob): Promise<FrameResult> {
  const { pixels, photometric } = await decodeFrame(bytes, from, image);
  return encodeFrame(pixels, photometric, to, { quality, loss });
}

/** A codec that trapped has a memory nobody can trust: the thread tells, and is replaced. */
function failure(error: unknown): WorkerAnswer {
  if (error instanceof CodecError) return { ok: false, kind: error.kind, reason: error.message, broken: false };
  if (error instanceof RangeError) return { ok: false, kind: 'limit', reason: 'memory bound reached', broken: true };
  return { ok: false, kind: 'malformed', reason: 'the codec broke off', broken: true };
}

const port = parentPort;
if (port) {
  boundWasmMemory(workerData as WorkerSetup);
  port.on('message', (job: FrameJob) => {
    void run(job)
      .then((result): WorkerAnswer => ({ ok: true, result }), failure)
      .then((answer) => port.postMessage(answer, answer.ok ? transferable(answer.result.bytes) : []));
  });
}

const transferable = ({ buffer, byteLength }: Uint8Array): ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
