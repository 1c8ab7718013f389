import { Enums, type RenderingEngine, setVolumesForViewports, type VolumeViewport } from '@cornerstonejs/core';
import { annotation, ToolGroupManager } from '@cornerstonejs/tools';
import type { Budget } from '../app/device.js';
import { longTitleOf } from '../app/texts.js';
import { element } from '../dom/element.js';
import { type TextKey, words } from '../i18n/i18n.js';
import type { ImageFacts } from '../images/image-facts.js';
import { halfImageId } from '../images/image-id.js';
import type { Series } from '../series/series.js';
import { presetsFor } from '../tools/presets.js';
import { MPR_TOOLS, useTool } from '../tools/tool-groups.js';
import { applyPreset } from '../tools/view-actions.js';
import { expectedPlan } from './expected-plan.js';
import type { SlabMode } from './cut.js';
import { drawByCutting, showSlab, slabOf } from './cut-view.js';
import { type Plane, planeOf, PLANES } from './planes.js';
import { slabWords } from './slab-words.js';
import { makeVolume, type MprVolume } from './volume.js';
import { VolumeFiller } from './volume-filler.js';
import { reducedPlan, type VolumePlan, volumePlan } from './volume-fit.js';

const MEGABYTE = 1024 * 1024;
/** So long after a slice has come a filling volume is drawn anew: every frame of the page takes time from decoding. */
const DRAW_MILLISECONDS = 500;
/** A series cut along three planes. Made for one series, closed with it; says `active` when a plane is chosen. */
export class MprView extends EventTarget {
  readonly root = element('div', { class: 'mpr' });
  private readonly notice = element('div', { class: 'mpr-notice', role: 'status' });
  private readonly planes: Plane[];
  private opening = false;
  private volume: MprVolume | undefined;
  private active = 0;
  private closed = false;
  private filler: VolumeFiller | undefined;
  /** Its plan is waiting to be accepted in a reduced form. */
  private offered = false;
  /** Is the volume taken to be what its first slices say, and when is that tried next? */
  private predicts = true;
  private nextTry = 0;

  constructor(
    private readonly engine: RenderingEngine,
    readonly series: Series,
    private readonly budget: Budget,
  ) {
    super();
    this.planes = PLANES.map(({ key }, index) => {
      const plane = planeOf(key);
      for (const event of ['pointerdown', 'focus'])
        plane.root.addEventListener(event, () => this.activate(index), true);
      plane.canvas.addEventListener(Enums.Events.IMAGE_RENDERED, () => this.write(index));
      return plane;
    });
    this.root.append(this.notice, ...this.planes.map(({ root }) => root));
    series.addEventListener('change', this.onChange);
    this.consider();
  }

  get facts(): ImageFacts | undefined {
    return this.series.images[0];
  }

  /** The planes on screen; empty while the volume is not open. */
  get views(): VolumeViewport[] {
    return this.volume ? PLANES.map(({ id }) => this.engine.getViewport<VolumeViewport>(id)) : [];
  }

  /** The plane last chosen. */
  get view(): VolumeViewport | undefined {
    return this.views[this.active];
  }

  set overlays(visible: boolean) {
    for (const { overlay } of this.planes) overlay.visible = visible;
  }

  resize(): void {
    this.engine.resize(true, true);
  }

  private render(): void {
    if (this.volume) this.engine.renderViewports(PLANES.map(({ id }) => id));
  }

  /** `thickness` in mm; 0 shows single planes. */
  setSlab(mode: SlabMode, thickness: number): void {
    for (const view of this.views) showSlab(view, thickness > 0 ? { mode, thickness } : undefined);
  }

  close(): void {
    this.closed = true;
    this.series.removeEventListener('change', this.onChange);
    this.release();
  }

  private release(): void {
    const { filler, volume } = this;
    if (volume) for (const { id } of PLANES) this.engine.disableElement(id);
    this.volume = this.filler = undefined;
    volume?.remove();
    filler?.stop();
  }

  private readonly onChange = (): void => this.consider();

  private consider(): void {
    if (this.closed) return;
    if (this.filler) this.goOn(this.filler);
    if (this.opening || this.offered) return;
    const { images, received, expected, ended, preview } = this.series;
    // A volume is made of lossless slices only.
    const plan = preview ? undefined : ended ? volumePlan(images) : this.predicted();
    if (plan) {
      if (this.fits(plan)) void this.open(plan).catch(() => this.say('imageFailed'));
      else this.offerReduced(plan);
    } else if (ended && !preview) this.say('mprUnsuitable');
    else this.say('mprWaiting', { received: Math.max(received, images.length), expected: expected ?? '?' });
  }

  /** Tried at each doubling of what has come. */
  private predicted(): VolumePlan | undefined {
    const { images, expected } = this.series;
    if (!this.predicts || images.length < this.nextTry) return undefined;
    this.nextTry = images.length * 2;
    return expectedPlan(images, expected);
  }

  private goOn(filler: VolumeFiller): void {
    if (!filler.take()) this.startAgain();
    else if (filler.mustRun && this.volume) void this.fill(this.volume, filler);
  }

  /** The series is not what its first slices said: its volume is made when all are there. */
  private startAgain(): void {
    this.release();
    this.predicts = this.opening = false;
    queueMicrotask(() => this.consider());
  }

  private fits(plan: VolumePlan): boolean {
    return plan.bytes <= this.budget.volume;
  }

  private offerReduced(plan: VolumePlan): void {
    this.offered = true;
    const [size, budget] = [plan.bytes, this.budget.volume].map((bytes) => words.number(bytes / MEGABYTE));
    this.say('mprTooLarge', { size: size ?? '', budget: budget ?? '' });
    const small = reducedPlan(plan);
    if (!this.fits(small)) return;
    const accept = element('button', { type: 'button' }, words.say('mprUseReduced'));
    accept.addEventListener('click', () => {
      void this.open(small).catch(() => this.say('imageFailed'));
    });
    this.notice.append(' ', accept);
  }

  private async open(plan: VolumePlan): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    // The views are fitted to the page they stand in.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (this.closed) return;
    const reduced = plan.stride > 1;
    const idOf = (facts: ImageFacts): string =>
      reduced ? halfImageId(this.series.imageIdOf(facts)) : this.series.imageIdOf(facts);
    const volumeId = `drimvolume:${this.series.key}${reduced ? '/half' : ''}`;
    const imageIds = plan.slices.map((facts) => facts && idOf(facts));
    const made = makeVolume(volumeId, { imageIds, step: plan.step, type: plan.type });
    this.volume = made;
    PLANES.forEach(({ id, orientation }, index) => {
      this.engine.enableElement({
        viewportId: id,
        type: Enums.ViewportType.ORTHOGRAPHIC,
        element: this.planes[index]?.canvas ?? element('div'),
        defaultOptions: { orientation, background: [0, 0, 0] },
      });
    });
    for (const view of this.views) drawByCutting(view, made.volume, made.voxels);
    await setVolumesForViewports(
      this.engine,
      [{ volumeId }],
      PLANES.map(({ id }) => id),
    );
    if (this.closed) return;
    const group = ToolGroupManager.getToolGroup(MPR_TOOLS);
    for (const { id } of PLANES) group?.addViewport(id, this.engine.id);
    if (group) useTool(group, 'crosshairs');
    const preset = presetsFor(this.facts)[0];
    if (preset) for (const view of this.views) applyPreset(view, preset);
    this.dispatchEvent(new Event('active'));
    this.filler = new VolumeFiller(plan, made, this.series, idOf);
    this.goOn(this.filler);
  }

  private async fill(made: MprVolume, filler: VolumeFiller): Promise<void> {
    const stopped = (): boolean => this.closed || this.filler !== filler;
    let drawing: number | undefined;
    let percent = 0;
    const draw = (): void => {
      window.clearTimeout(drawing);
      drawing = undefined;
      if (stopped()) return;
      this.say('mprFilling', { percent });
      this.render();
    };
    this.say('mprFilling', { percent });
    const whole = await filler.run(stopped, ({ index, done, count }) => {
      percent = Math.floor((100 * done) / count);
      // The one on screen is not waited with.
      if (index === count >> 1) draw();
      else drawing ??= window.setTimeout(draw, DRAW_MILLISECONDS);
    });
    window.clearTimeout(drawing);
    if (stopped()) return;
    this.measureAgain();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))); // drawn
    if (stopped()) return;
    this.root.dataset['filled'] = 'true';
    if (!whole || this.series.state !== 'complete') this.say('mprIncomplete');
    else if (made.volume.volumeId.endsWith('/half')) this.say('mprReduced');
    else this.notice.textContent = '';
  }

  /** Values that measurements lacked are there now. */
  private measureAgain(): void {
    for (const one of annotation.state.getAllAnnotations()) one.invalidated = true;
    this.render();
  }

  private say(key: TextKey, values: Record<string, string | number> = {}): void {
    const text = words.say(key, values);
    if (this.notice.textContent !== text) this.notice.textContent = text;
  }

  private activate(index: number): void {
    if (this.active === index) return;
    this.active = index;
    this.dispatchEvent(new Event('active'));
  }

  private write(index: number): void {
    const plane = this.planes[index];
    const view = this.views[index];
    if (!plane || !view) return;
    this.root.dataset['firstPixels'] ??= String(Math.round(performance.now()));
    plane.overlay.lossy = this.series.anyLossy ? 'lossy' : undefined;
    plane.overlay.update(
      view,
      this.facts,
      `${words.say(plane.key)}\n${longTitleOf(this.series)}`,
      slabWords(slabOf(view)),
    );
  }
}
