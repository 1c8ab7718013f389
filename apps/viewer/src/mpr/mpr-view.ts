import {
  cache,
  Enums,
  imageLoader,
  RenderingEngine,
  setVolumesForViewports,
  volumeLoader,
  type VolumeViewport,
} from '@cornerstonejs/core';
import { ToolGroupManager } from '@cornerstonejs/tools';
import type { Budget } from '../app/device.js';
import { longTitleOf } from '../app/texts.js';
import { element } from '../dom/element.js';
import { type TextKey, words } from '../i18n/i18n.js';
import { halfImageId } from '../images/image-id.js';
import type { ImageFacts } from '../images/image-facts.js';
import { Overlay } from '../overlay/overlay.js';
import type { Series } from '../series/series.js';
import { presetsFor } from '../tools/presets.js';
import { MPR_TOOLS, useTool } from '../tools/tool-groups.js';
import { applyPreset } from '../tools/view-actions.js';
import { decodeArrived } from './decode-arrived.js';
import { reducedPlan, type VolumePlan, volumePlan } from './volume-fit.js';

const ENGINE = 'mpr';
const MEGABYTE = 1024 * 1024;
const PLANES: readonly { readonly id: string; readonly key: TextKey; readonly orientation: Enums.OrientationAxis }[] = [
  { id: 'mpr-axial', key: 'axial', orientation: Enums.OrientationAxis.AXIAL },
  { id: 'mpr-sagittal', key: 'sagittal', orientation: Enums.OrientationAxis.SAGITTAL },
  { id: 'mpr-coronal', key: 'coronal', orientation: Enums.OrientationAxis.CORONAL },
];

interface Plane {
  readonly root: HTMLElement;
  readonly canvas: HTMLDivElement;
  readonly overlay: Overlay;
  readonly key: TextKey;
}

export type SlabMode = 'mip' | 'minip' | 'average';
const BLEND: Readonly<Record<SlabMode, Enums.BlendModes>> = {
  mip: Enums.BlendModes.MAXIMUM_INTENSITY_BLEND,
  minip: Enums.BlendModes.MINIMUM_INTENSITY_BLEND,
  average: Enums.BlendModes.AVERAGE_INTENSITY_BLEND,
};

/** A series cut along three planes. Made for one series, closed with it; says `active` when a plane is chosen. */
export class MprView extends EventTarget {
  readonly root = element('div', { class: 'mpr' });
  private readonly notice = element('div', { class: 'mpr-notice', role: 'status' });
  private readonly planes: Plane[];
  private engine: RenderingEngine | undefined;
  private volumeId: string | undefined;
  private volume: Loadable | undefined;
  private imageIds: readonly string[] = [];
  private active = 0;
  private closed = false;
  private reduced = false;
  private readonly decoded = new Set<string>();

  constructor(
    readonly series: Series,
    private readonly budget: Budget,
  ) {
    super();
    this.planes = PLANES.map(({ key }, index) => {
      const overlay = new Overlay();
      const canvas = element('div', { class: 'pane-canvas' });
      const root = element(
        'section',
        { class: 'pane', tabindex: '0', 'aria-label': words.say(key), 'data-plane': key },
        canvas,
        overlay.root,
        overlay.lossyMark,
      );
      for (const event of ['pointerdown', 'focus']) root.addEventListener(event, () => this.activate(index), true);
      canvas.addEventListener(Enums.Events.IMAGE_RENDERED, () => this.write(index));
      return { root, canvas, overlay, key };
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
    return this.engine ? PLANES.map(({ id }) => this.engine?.getViewport(id) as VolumeViewport) : [];
  }

  /** The plane last chosen. */
  get view(): VolumeViewport | undefined {
    return this.views[this.active];
  }

  set overlays(visible: boolean) {
    for (const { overlay } of this.planes) overlay.visible = visible;
  }

  resize(): void {
    this.engine?.resize(true, true);
  }

  /** `thickness` in mm; 0 shows single planes. */
  setSlab(mode: SlabMode, thickness: number): void {
    for (const view of this.views) {
      view.setBlendMode(thickness > 0 ? BLEND[mode] : Enums.BlendModes.COMPOSITE);
      if (thickness > 0) view.setSlabThickness(thickness);
      else view.resetSlabThickness();
      view.render();
    }
  }

  close(): void {
    this.closed = true;
    this.series.removeEventListener('change', this.onChange);
    // Textures are freed while their context is there; the library would leave them to the garbage collector.
    this.volume?.vtkOpenGLTexture?.releaseGraphicsResources();
    this.engine?.destroy();
    if (this.volumeId !== undefined) cache.removeVolumeLoadObject(this.volumeId);
    for (const imageId of [...this.imageIds, ...this.decoded]) {
      if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId);
    }
    cache.setMaxCacheSize(this.budget.decoded);
  }

  private readonly onChange = (): void => this.consider();

  private consider(): void {
    if (this.closed || this.volumeId !== undefined) return;
    const { images, received, expected, ended, preview } = this.series;
    // A volume is made of lossless slices only.
    if (!ended || preview) {
      this.say('mprWaiting', { received: Math.max(received, images.length), expected: expected ?? '?' });
      cache.setMaxCacheSize(this.budget.volume + this.budget.decoded);
      if (!preview) decodeArrived(this.series, this.budget.volume, this.decoded);
      return;
    }
    const plan = volumePlan(images);
    if (!plan) this.say('mprUnsuitable');
    else if (plan.bytes <= this.budget.volume) void this.open(plan).catch(() => this.say('imageFailed'));
    else this.offerReduced(plan);
  }

  private offerReduced(plan: VolumePlan): void {
    const [size, budget] = [plan.bytes, this.budget.volume].map((bytes) => words.number(bytes / MEGABYTE));
    this.say('mprTooLarge', { size: size ?? '', budget: budget ?? '' });
    const small = reducedPlan(plan);
    if (small.bytes > this.budget.volume) return;
    const accept = element('button', { type: 'button' }, words.say('mprUseReduced'));
    accept.addEventListener('click', () => {
      this.reduced = true;
      void this.open(small).catch(() => this.say('imageFailed'));
    });
    this.notice.append(' ', accept);
  }

  private async open(plan: VolumePlan): Promise<void> {
    this.volumeId = `drimvolume:${this.series.key}${this.reduced ? '/half' : ''}`;
    const whole = plan.images.map((facts) => this.series.imageIdOf(facts));
    this.imageIds = this.reduced ? whole.map(halfImageId) : whole;
    cache.setMaxCacheSize(plan.bytes + this.budget.decoded);
    // The type of the volume's pixels is read from three decoded slices.
    const samples = [0, this.imageIds.length >> 1, this.imageIds.length - 1].map((at) => this.imageIds[at] ?? '');
    await Promise.all(samples.map((imageId) => imageLoader.loadAndCacheImage(imageId)));
    const volume = await volumeLoader.createAndCacheVolume(this.volumeId, { imageIds: [...this.imageIds] });
    if (this.closed) return;
    this.volume = volume;
    this.engine = new RenderingEngine(ENGINE);
    this.engine.setViewports(
      PLANES.map(({ id, orientation }, index) => ({
        viewportId: id,
        type: Enums.ViewportType.ORTHOGRAPHIC,
        element: this.planes[index]?.canvas ?? element('div'),
        defaultOptions: { orientation, background: [0, 0, 0] },
      })),
    );
    await setVolumesForViewports(
      this.engine,
      [{ volumeId: this.volumeId }],
      PLANES.map(({ id }) => id),
    );
    const group = ToolGroupManager.getToolGroup(MPR_TOOLS);
    for (const { id } of PLANES) group?.addViewport(id, ENGINE);
    if (group) useTool(group, 'crosshairs');
    const preset = presetsFor(this.facts)[0];
    if (preset) for (const view of this.views) applyPreset(view, preset);
    this.fill(volume, this.imageIds.length);
    this.dispatchEvent(new Event('active'));
  }

  private fill(volume: Loadable, count: number): void {
    const incomplete = this.series.state !== 'complete';
    this.say('mprFilling', { percent: 0 });
    const progress = (): void => {
      if (this.closed) return;
      const done = volume.framesProcessed ?? count;
      if (done < count) {
        this.say('mprFilling', { percent: Math.floor((100 * done) / count) });
        setTimeout(progress, 200);
        return;
      }
      this.root.dataset['filled'] = 'true';
      if (incomplete) this.say('mprIncomplete');
      else if (this.reduced) this.say('mprReduced');
      else this.notice.textContent = '';
      this.engine?.render();
    };
    volume.load();
    progress();
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
    plane.overlay.update(view, this.facts, `${words.say(plane.key)}\n${longTitleOf(this.series)}`, '');
  }
}

interface Loadable {
  readonly vtkOpenGLTexture?: { releaseGraphicsResources(): void };
  load(): void;
  readonly framesProcessed?: number;
}
