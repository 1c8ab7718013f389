import { element, icon } from '../dom/element.js';
import { follow, followAttribute, type TextKey, words } from '../i18n/i18n.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { SlabMode } from '../mpr/cut.js';
import { SLAB_NAMES } from '../mpr/slab-words.js';
import { ICONS, type IconName } from './icons.js';
import { type Preset, presetsFor } from './presets.js';
import type { PrimaryTool } from './tool-groups.js';

/** What the toolbar asks of the page. */
export interface Commands {
  tool(name: PrimaryTool): void;
  preset(preset: Preset): void;
  invert(): void;
  rotate(): void;
  flip(axis: 'horizontal' | 'vertical'): void;
  reset(): void;
  cine(playing: boolean, rate: number): void;
  annotations(visible: boolean): void;
  layout(panes: 1 | 2 | 4): void;
  linked(on: boolean): void;
  mpr(on: boolean): void;
  slab(mode: SlabMode, thickness: number): void;
}

const TOOLS: readonly (readonly [PrimaryTool, TextKey])[] = [
  ['window', 'toolWindow'],
  ['scroll', 'toolScroll'],
  ['zoom', 'toolZoom'],
  ['pan', 'toolPan'],
  ['crosshairs', 'toolCrosshairs'],
  ['probe', 'toolProbe'],
  ['length', 'toolLength'],
  ['angle', 'toolAngle'],
  ['cobb', 'toolCobb'],
  ['ellipse', 'toolEllipse'],
  ['rectangle', 'toolRectangle'],
  ['erase', 'toolErase'],
];

/** The tools of the page, one row that scrolls sideways where it does not fit. */
export class Toolbar {
  readonly root = followAttribute(element('div', { class: 'toolbar', role: 'group' }), 'aria-label', 'toolbar');
  private readonly tools = new Map<PrimaryTool, HTMLButtonElement>();
  private readonly presets = followAttribute(element('select', { id: 'preset' }), 'aria-label', 'preset');
  private readonly rate = followAttribute(
    element('input', { type: 'number', min: '1', max: '60', value: '15', class: 'rate' }),
    'aria-label',
    'cineRate',
  );
  private readonly cine: HTMLButtonElement;
  private readonly mpr: HTMLButtonElement;
  private readonly linked: HTMLButtonElement;
  private readonly annotations: HTMLButtonElement;
  private readonly slab: HTMLElement;
  private readonly layout: HTMLElement;
  private stack = true;
  private film = false;
  private offered: readonly Preset[] = [];

  /** @param ask what is asked is done at once, or when there is somebody to do it. */
  constructor(private readonly ask: (act: (commands: Commands) => void) => void) {
    const tools = TOOLS.map(([name, key]) => {
      const button = this.button(name, key, () => ask((to) => to.tool(name)));
      button.setAttribute('aria-pressed', 'false');
      this.tools.set(name, button);
      return button;
    });
    this.presets.addEventListener('change', () => {
      const chosen = this.offered[this.presets.selectedIndex - 1];
      if (chosen) ask((to) => to.preset(chosen));
    });
    this.cine = this.toggle('cine', 'cinePlay', (on) => {
      this.arrange();
      ask((to) => to.cine(on, this.rate.valueAsNumber || 15));
    });
    this.rate.addEventListener('change', () => {
      if (pressed(this.cine)) ask((to) => to.cine(true, this.rate.valueAsNumber || 15));
    });
    this.annotations = this.toggle('annotations', 'annotations', (on) => ask((to) => to.annotations(on)));
    setPressed(this.annotations, true);
    this.linked = this.toggle('linked', 'linked', (on) => ask((to) => to.linked(on)));
    this.mpr = this.toggle('mpr', 'mpr', (on) => ask((to) => to.mpr(on)));
    this.slab = this.slabControls();
    this.layout = this.layouts();
    this.root.append(
      ...tools,
      this.presets,
      this.button('invert', 'invert', () => ask((to) => to.invert())),
      this.button('rotate', 'rotate', () => ask((to) => to.rotate())),
      this.button('flipHorizontal', 'flipHorizontal', () => ask((to) => to.flip('horizontal'))),
      this.button('flipVertical', 'flipVertical', () => ask((to) => to.flip('vertical'))),
      this.button('reset', 'reset', () => ask((to) => to.reset())),
      this.cine,
      this.rate,
      this.annotations,
      this.layout,
      this.linked,
      this.mpr,
      this.slab,
    );
    this.mode('stack');
  }

  /** Presets and cine rate of the image now active; the rate is shown where images are a film. */
  offer(facts: ImageFacts | undefined, rate: number): void {
    this.offered = presetsFor(facts);
    const options = this.offered.map(({ label }) =>
      element('option', {}, 'text' in label ? label.text : words.say(label.key)),
    );
    this.presets.replaceChildren(element('option', {}, words.say('preset')), ...options);
    this.presets.disabled = options.length === 0;
    if (!pressed(this.cine)) this.rate.value = String(rate);
    this.film = (facts?.frames ?? 1) > 1;
    this.arrange();
  }

  showTool(name: PrimaryTool): void {
    for (const [tool, button] of this.tools) setPressed(button, tool === name);
  }

  mode(mode: 'stack' | 'mpr'): void {
    this.stack = mode === 'stack';
    setPressed(this.mpr, !this.stack);
    this.arrange();
  }

  private arrange(): void {
    this.slab.hidden = this.stack;
    this.tools.get('crosshairs')?.toggleAttribute('hidden', this.stack);
    for (const control of [this.cine, this.layout, this.linked]) control.hidden = !this.stack;
    this.rate.hidden = !this.stack || !(this.film || pressed(this.cine));
  }

  set playing(playing: boolean) {
    setPressed(this.cine, playing);
  }

  /** For the keyboard: does what a click would. */
  press(which: 'cine' | 'annotations'): void {
    (which === 'cine' ? this.cine : this.annotations).click();
  }

  private button(name: IconName, key: TextKey, onClick: () => void): HTMLButtonElement {
    const label = follow(element('span', { class: 'tool-label' }), (span) => {
      span.textContent = words.say(key);
    });
    const button = element('button', { type: 'button', 'data-tool': name }, icon(ICONS[name]), label);
    followAttribute(button, 'title', key);
    button.addEventListener('click', onClick);
    return button;
  }

  private toggle(name: IconName, key: TextKey, onChange: (on: boolean) => void): HTMLButtonElement {
    const button = this.button(name, key, () => {
      const on = !pressed(button);
      setPressed(button, on);
      onChange(on);
    });
    setPressed(button, false);
    return button;
  }

  private layouts(): HTMLElement {
    const choice = followAttribute(element('select', { id: 'layout' }), 'aria-label', 'layout');
    const panes = [1, 2, 4] as const;
    const keys: readonly TextKey[] = ['layoutOne', 'layoutTwo', 'layoutFour'];
    for (const [index, count] of panes.entries()) {
      const option = element('option', { value: String(count) });
      choice.append(follow(option, () => (option.textContent = words.say(keys[index] ?? 'layoutOne'))));
    }
    choice.addEventListener('change', () => this.ask((to) => to.layout(panes[choice.selectedIndex] ?? 1)));
    return choice;
  }

  private slabControls(): HTMLElement {
    const mode = followAttribute(element('select', { id: 'slab-mode' }), 'aria-label', 'slabMode');
    for (const [value, key] of Object.entries(SLAB_NAMES)) {
      const option = element('option', { value });
      mode.append(follow(option, () => (option.textContent = words.say(key))));
    }
    const thickness = followAttribute(
      element('input', { type: 'range', id: 'slab', min: '0', max: '100', step: '1', value: '0' }),
      'aria-label',
      'slabThickness',
    );
    const shown = element('output', { for: 'slab' }, '0 mm');
    const apply = (): void => {
      shown.textContent = `${thickness.value} mm`;
      thickness.setAttribute('aria-valuetext', shown.textContent);
      this.ask((to) => to.slab(mode.value as SlabMode, thickness.valueAsNumber));
    };
    mode.addEventListener('change', apply);
    thickness.addEventListener('input', apply);
    return element('div', { class: 'slab', role: 'group' }, mode, thickness, shown);
  }
}

const pressed = (button: HTMLButtonElement): boolean => button.getAttribute('aria-pressed') === 'true';
const setPressed = (button: HTMLButtonElement, on: boolean): void => button.setAttribute('aria-pressed', String(on));
