import { type RenderingEngine } from '@cornerstonejs/core';
import { ToolGroupManager } from '@cornerstonejs/tools';
import type { DocumentAddress } from '../cards/cards.js';
import { element } from '../dom/element.js';
import { followIndex, type Link } from '../linked/linked-scroll.js';
import type { Series } from '../series/series.js';
import { StackPane } from '../stack/stack-pane.js';
import { STACK_TOOLS } from '../tools/tool-groups.js';

/** The views on screen, side by side. Says `active` when another view or image is looked at, `shown` when a series changed, `drawn` when pixels are on screen. */
export class Grid extends EventTarget {
  readonly root = element('div', { class: 'grid' });
  readonly panes: StackPane[] = [];
  private activePane = 0;
  private count = 0;
  private links: readonly number[] | undefined;
  private following = false;
  private visibleOverlays = true;

  constructor(
    private readonly engine: RenderingEngine,
    private readonly documents: DocumentAddress,
    private readonly again: (series: Series) => void,
  ) {
    super();
    this.resize(1);
    new ResizeObserver(() => {
      if (this.root.clientWidth > 0 && this.root.isConnected) this.engine.resize(true, true);
    }).observe(this.root);
  }

  get active(): StackPane {
    const pane = this.panes[this.activePane] ?? this.panes[0];
    if (!pane) throw new Error('a grid has a view');
    return pane;
  }

  get shown(): StackPane[] {
    return this.panes.slice(0, this.count);
  }

  set overlays(visible: boolean) {
    this.visibleOverlays = visible;
    for (const { overlay } of this.panes) overlay.visible = visible;
  }

  /** Shows so many views; those that were there keep what they show. */
  resize(count: 1 | 2 | 4): void {
    while (this.panes.length < count) this.addPane();
    this.count = count;
    for (const [index, { root }] of this.panes.entries()) root.hidden = index >= count;
    this.root.dataset['count'] = String(count);
    if (this.activePane >= count) this.activate(0);
    this.mark();
    this.engine.resize(true, true);
    this.dispatchEvent(new Event('shown'));
  }

  /** Scrolls the others with the one that is scrolled, from where they stand now. */
  link(on: boolean): void {
    this.links = on ? this.panes.map(({ index }) => index) : undefined;
  }

  private addPane(): void {
    const pane = new StackPane(this.engine, this.panes.length, this.documents, this.again);
    const index = this.panes.push(pane) - 1;
    pane.overlay.visible = this.visibleOverlays;
    this.root.append(pane.root);
    ToolGroupManager.getToolGroup(STACK_TOOLS)?.addViewport(pane.viewportId, this.engine.id);
    for (const event of ['pointerdown', 'focus']) pane.root.addEventListener(event, () => this.activate(index), true);
    for (const event of ['wheel', 'pointerdown']) {
      pane.canvas.addEventListener(event, () => pane.touched(), { passive: true });
    }
    pane.addEventListener('image', () => {
      this.follow(index);
      if (index === this.activePane) this.dispatchEvent(new Event('active'));
    });
    pane.addEventListener('drawn', () => this.dispatchEvent(new Event('drawn')));
    pane.addEventListener('series', () => {
      if (this.links) this.link(true);
      this.dispatchEvent(new Event('shown'));
    });
  }

  private activate(index: number): void {
    if (index === this.activePane) return;
    this.activePane = index;
    this.mark();
    this.dispatchEvent(new Event('active'));
  }

  private mark(): void {
    for (const [index, { root }] of this.panes.entries()) {
      root.classList.toggle('active', this.count > 1 && index === this.activePane);
    }
  }

  private follow(index: number): void {
    const { links } = this;
    const leader = this.panes[index];
    if (!links || this.following || index !== this.activePane || !leader?.series) return;
    this.following = true;
    const moves = this.shown.map((pane, other) => {
      if (other === index || !pane.series || !leader.series) return Promise.resolve();
      const link: Link = { leader: links[index] ?? 0, follower: links[other] ?? 0 };
      return pane.scrollTo(followIndex(leader.series.images, pane.series.images, leader.index, link));
    });
    void Promise.allSettled(moves).then(() => (this.following = false));
  }
}
