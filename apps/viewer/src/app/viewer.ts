import { cache, init as initCore, RenderingEngine, type Types } from '@cornerstonejs/core';
import type { ImageApi } from '../api/image-api.js';
import { forgetFilms } from '../cards/film.js';
import { Cine, rateOf } from '../cine/cine.js';
import { registerFrameLoader } from '../images/image-loader.js';
import { Grid } from '../layout/grid.js';
import { MprView } from '../mpr/mpr-view.js';
import type { Library } from '../series/library.js';
import type { Series } from '../series/series.js';
import { drawThumbnail } from '../series-list/thumbnail.js';
import { makeToolGroups, type PrimaryTool, showMeasurements, useToolEverywhere } from '../tools/tool-groups.js';
import type { Commands } from '../tools/toolbar.js';
import * as actions from '../tools/view-actions.js';
import type { Budget } from './device.js';
import { commandOf, type KeyCommand } from './keyboard.js';
import type { Shell } from './shell.js';

/** WebGL contexts shared by the views. */
const CONTEXTS = 1;

/** The views within the page, and what they and the rest of it ask of one another. */
export class Viewer {
  private readonly engine: RenderingEngine;
  private readonly grid: Grid;
  private readonly cine = new Cine(() => this.stepCine());
  private mpr: MprView | undefined;

  constructor(
    api: ImageApi,
    private readonly shell: Shell,
    private readonly library: Library,
    private readonly budget: Budget,
  ) {
    const core: Partial<Types.Cornerstone3DConfig> = {
      rendering: { webGlContextCount: CONTEXTS },
    };
    initCore(core as Types.Cornerstone3DConfig);
    registerFrameLoader(library.store);
    makeToolGroups((target) => library.factsOfTarget(target));
    cache.setMaxCacheSize(budget.decoded);
    this.engine = new RenderingEngine('stacks');
    this.grid = new Grid(
      this.engine,
      (series, instance) => api.documentAddress(series.exam.id, series.info.id, instance),
      (series) => library.again(series),
    );
    // A finger scrolls, as everywhere on a phone; a mouse has its wheel for that.
    this.useTool(budget.touch ? 'scroll' : 'window');
    shell.stage.append(this.grid.root);
    shell.stage.addEventListener('keydown', (event) => this.onKey(event));
    this.grid.addEventListener('active', () => this.offer());
    this.grid.addEventListener('drawn', () => library.drawn());
    this.grid.addEventListener('shown', () => this.shown());
    library.addEventListener('list', () => this.openFirst());
    this.openFirst();
    if (shell.firstPicture) this.grid.active.cover(shell.firstPicture);
    shell.drawing.comes({ commands: this.commands(), choose: (series) => this.choose(series), drawThumbnail });
  }

  /** Frees every view and every decoded pixel. */
  close(): void {
    this.cine.stop();
    this.mpr?.close();
    this.engine.destroy();
    cache.purgeCache();
    forgetFilms();
    this.library.close();
    this.shell.close();
  }

  private commands(): Commands {
    const onView = (act: (view: actions.View) => void): void => {
      if (this.mpr) for (const view of this.mpr.views) act(view);
      else if (this.grid.active.showsImages) act(this.grid.active.view);
    };
    const onOne = (act: (view: actions.View) => void): void => {
      const view = this.mpr ? this.mpr.view : this.grid.active.showsImages ? this.grid.active.view : undefined;
      if (view) act(view);
    };
    return {
      tool: (name) => this.useTool(name),
      preset: (preset) => onView((view) => actions.applyPreset(view, preset)),
      invert: () => onView(actions.invert),
      rotate: () => onOne(actions.rotate),
      flip: (axis) => onOne((view) => actions.flip(view, axis)),
      reset: () => onView((view) => actions.reset(view, this.mpr?.facts ?? this.grid.active.facts)),
      cine: (playing, rate) => (playing ? this.cine.play(rate) : this.cine.stop()),
      annotations: (visible) => {
        showMeasurements(visible);
        this.grid.overlays = visible;
        if (this.mpr) this.mpr.overlays = visible;
        onView((view) => view.render());
      },
      layout: (panes) => this.grid.resize(panes),
      linked: (on) => this.grid.link(on),
      mpr: (on) => (on ? this.openMpr() : this.closeMpr()),
      slab: (mode, thickness) => this.mpr?.setSlab(mode, thickness),
    };
  }

  private useTool(name: PrimaryTool): void {
    useToolEverywhere(name);
    this.shell.toolbar.showTool(name);
  }

  private choose(series: Series): void {
    if (this.mpr) this.closeMpr();
    this.stopCine();
    this.grid.active.show(series);
    this.shell.root.classList.remove('list-open');
  }

  /** Key images first, else the first series with images. */
  private openFirst(): void {
    const { series } = this.library;
    const first = series.find(({ info }) => info.kind !== 'other') ?? series[0];
    if (first && !this.grid.active.series && this.grid.panes.every((pane) => !pane.series))
      this.grid.active.show(first);
  }

  private shown(): void {
    const shown = this.grid.shown.flatMap(({ series }) => series ?? []);
    const active = this.grid.active.series;
    this.library.want([...new Set([...(active ? [active] : []), ...shown])]);
    this.shell.list.mark(shown);
    this.offer();
  }

  private offer(): void {
    const facts = this.mpr?.facts ?? this.grid.active.facts;
    const key = JSON.stringify([facts?.modality, facts?.windows, facts?.samples, facts?.frameTime]);
    if (this.shell.root.dataset['offered'] === key) return;
    this.shell.root.dataset['offered'] = key;
    this.shell.toolbar.offer(facts, rateOf(facts?.frameTime));
  }

  private openMpr(): void {
    const { series } = this.grid.active;
    if (!series) return this.shell.toolbar.mode('stack');
    this.stopCine();
    this.mpr = new MprView(this.engine, series, this.budget);
    this.grid.root.hidden = true;
    this.shell.stage.append(this.mpr.root);
    this.shell.toolbar.mode('mpr');
    this.shell.toolbar.showTool('crosshairs');
    const opened = this.mpr;
    new ResizeObserver(() => opened.root.isConnected && opened.resize()).observe(this.mpr.root);
  }

  private closeMpr(): void {
    this.mpr?.close();
    this.mpr?.root.remove();
    this.mpr = undefined;
    this.grid.root.hidden = false;
    this.shell.toolbar.mode('stack');
    this.useTool(this.budget.touch ? 'scroll' : 'window');
    this.engine.resize(true, true);
  }

  private async stepCine(): Promise<void> {
    const pane = this.grid.active;
    const count = pane.series?.images.length ?? 0;
    if (count > 1 && !this.mpr) await pane.scrollTo((pane.index + 1) % count);
  }

  private stopCine(): void {
    this.cine.stop();
    this.shell.toolbar.playing = false;
  }

  private onKey(event: KeyboardEvent): void {
    const command = commandOf(event);
    if (!command || (event.target as HTMLElement).closest('input, select, button, .pane-cards')) return;
    event.preventDefault();
    this.run(command);
  }

  private run(command: KeyCommand): void {
    const commands = this.commands();
    const pane = this.grid.active;
    const view = this.mpr ? this.mpr.view : pane.showsImages ? pane.view : undefined;
    switch (command.do) {
      case 'scroll':
        if (this.mpr) this.mpr.view?.scroll(command.by);
        else void pane.scrollTo(pane.index + command.by);
        break;
      case 'end':
        if (!this.mpr) void pane.scrollTo(command.at === 'first' ? 0 : Infinity);
        break;
      case 'zoom':
        if (view) actions.zoomBy(view, command.factor);
        break;
      case 'pan':
        if (view) actions.panBy(view, command.x, command.y);
        break;
      case 'window':
        if (view) actions.nudgeWindow(view, command.center, command.width);
        break;
      case 'cine':
      case 'annotations':
        this.shell.toolbar.press(command.do);
        break;
      case 'help':
        this.shell.help.showModal();
        break;
      default:
        commands[command.do]();
    }
  }
}
