import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import { cpuSeconds } from '../common/cpu-seconds.js';
import { PROBE, type Seen } from './probe.js';
import { Protocol } from './protocol.js';
import { renderingMegabytes } from './renderer-memory.js';
import { Traffic } from './traffic.js';

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--window-size=1280,800',
  '--accept-lang=fr-FR',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-certificate-errors',
  '--host-resolver-rules=MAP *.mesimagesmedicales.fr 127.0.0.1',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-extensions',
  '--disable-sync',
];
const POLL_MS = 20;
/** Between the end of a step and the measure of what it holds. */
const SETTLE_MS = 2000;

export type Started = (part: { stop(): Promise<unknown> }) => void;

/** Debian's Chromium with an empty profile, and its one page. */
export class BrowserPage {
  private constructor(
    private readonly process: ManagedProcess,
    private readonly profile: string,
    private readonly protocol: Protocol,
    private readonly session: string,
    readonly traffic: Traffic,
  ) {}

  /** @param started is told, so that the browser ends with the bench. */
  static async open(dir: string, started: Started): Promise<BrowserPage> {
    const profile = await mkdtemp(join(dir, 'chromium-'));
    const port = await freePort();
    const browser = `http://127.0.0.1:${port}/json/version`;
    const chromium = await startProcess({
      name: 'Chromium',
      command: 'chromium',
      args: [...ARGUMENTS, `--user-data-dir=${profile}`, `--remote-debugging-port=${port}`, 'about:blank'],
      logFile: join(dir, 'chromium.log'),
      ready: { url: browser },
      readyTimeoutMs: 30_000,
    });
    started(chromium);
    const { webSocketDebuggerUrl } = (await (await fetch(browser)).json()) as { webSocketDebuggerUrl: string };
    const protocol = await Protocol.connect(webSocketDebuggerUrl);
    const { targetInfos } = await protocol.send('Target.getTargets');
    const page = (targetInfos as { targetId: string; type: string }[]).find(({ type }) => type === 'page');
    const { sessionId } = await protocol.send('Target.attachToTarget', { targetId: page?.targetId, flatten: true });
    const made = new BrowserPage(chromium, profile, protocol, String(sessionId), new Traffic(protocol));
    // The browser keeps no answer for us: they would count as memory of the page.
    await made.ask('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0, maxPostDataSize: 0 });
    await made.ask('Page.enable');
    await made.beforePages(PROBE);
    return made;
  }

  /** A script that runs in every page before its own. */
  async beforePages(source: string): Promise<void> {
    await this.ask('Page.addScriptToEvaluateOnNewDocument', { source });
  }

  /** @returns Date.now() at which it was asked for. */
  async navigate(url: string): Promise<number> {
    const at = Date.now();
    await this.ask('Page.navigate', { url });
    return at;
  }

  /** Value of an expression; undefined while the page is being left. */
  async value<T>(expression: string): Promise<T | undefined> {
    const answer = await this.ask('Runtime.evaluate', { expression, returnByValue: true }).catch(() => undefined);
    return (answer?.['result'] as { value?: T } | undefined)?.value;
  }

  /** Waits for an expression to be true. @throws after `seconds`. */
  async until(expression: string, seconds = 60): Promise<void> {
    await this.wait(async () => (await this.value<boolean>(`Boolean(${expression})`)) === true, seconds, expression);
  }

  async wait(done: () => Promise<boolean> | boolean, seconds: number, what: string): Promise<void> {
    const until = Date.now() + seconds * 1000;
    while (!(await done())) {
      if (!this.process.running) throw new Error('the browser has ended');
      if (Date.now() > until) throw new Error(`not after ${seconds} s: ${what}`);
      await sleep(POLL_MS);
    }
  }

  /** Clicks, by the mouse, what an expression finds, once it is there and enabled. @returns Date.now() of the click. */
  async click(element: string, seconds = 60): Promise<number> {
    const place = `(() => {
      const found = ${element};
      if (!found || found.disabled || !found.checkVisibility()) return undefined;
      found.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { x, y, width, height } = found.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`;
    let at: { x: number; y: number } | undefined;
    // Twice at the same place: a style sheet may have been on its way.
    const stands = async (): Promise<boolean> => {
      const before = at;
      at = await this.value(place);
      return at !== undefined && at.x === before?.x && at.y === before.y;
    };
    await this.wait(stands, seconds, element);
    const clicked = Date.now();
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased'])
      await this.ask('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
    return clicked;
  }

  async seen(): Promise<Seen> {
    return (await this.value<Seen>('window.__seen')) ?? { first: 0, three: 0, changed: 0, images: 0 };
  }

  /** One notch of the wheel at a place of the window. */
  async wheel(x: number, y: number): Promise<void> {
    await this.ask('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: 100 });
  }

  /** CPU seconds, user and system, of all processes of the browser so far. */
  get cpuSeconds(): number {
    return cpuSeconds(this.process.pid);
  }

  async megabytes(): Promise<number> {
    await sleep(SETTLE_MS);
    return renderingMegabytes(this.process.pid);
  }

  async screenshot(file: string): Promise<void> {
    const { data } = await this.ask('Page.captureScreenshot', { format: 'png' });
    await writeFile(file, Buffer.from(String(data), 'base64'));
  }

  async close(): Promise<void> {
    this.protocol.close();
    await this.process.stop();
    await rm(this.profile, { recursive: true, force: true });
  }

  private ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.protocol.send(method, params, this.session);
  }
}
