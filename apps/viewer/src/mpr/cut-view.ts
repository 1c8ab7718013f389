import { Enums, type ImageVolume, type Types, type VolumeViewport } from '@cornerstonejs/core';
import { cut, type Plane, type SlabMode } from './cut.js';
import { Painter } from './paint.js';
import type { Index, Voxels } from './voxels.js';

const BLEND: Readonly<Record<SlabMode, Enums.BlendModes>> = {
  mip: Enums.BlendModes.MAXIMUM_INTENSITY_BLEND,
  minip: Enums.BlendModes.MINIMUM_INTENSITY_BLEND,
  average: Enums.BlendModes.AVERAGE_INTENSITY_BLEND,
};
const MODES = new Map((Object.keys(BLEND) as SlabMode[]).map((mode) => [BLEND[mode], mode]));

/** How the library asks a view to draw itself (it does so with its views of films), and to take the size of its element. */
interface DrawnView {
  getUseCustomRenderingPipeline(): boolean;
  customRenderViewportToCanvas(): object | undefined;
  resizeForRenderingEngine(options: { readonly keepCamera?: boolean }): void;
}

/**
 * Lets a view of the library be drawn by us, from decoded slices: its camera, window, slab and tools stay the library's. No graphics memory holds
 * the volume, and a computer without a graphics card cuts it as fast as one with it.
 */
export function drawByCutting(view: VolumeViewport, volume: ImageVolume, voxels: Voxels): void {
  const { canvas } = view;
  const painter = new Painter(canvas);
  const own: DrawnView = {
    getUseCustomRenderingPipeline: () => true,
    // Not the way of the library, which would put turned crosshairs straight.
    resizeForRenderingEngine: ({ keepCamera = true }) => {
      fit(view);
      const camera = view.getCamera();
      view.resetCameraForResize();
      if (keepCamera) view.setCamera(camera);
    },
    customRenderViewportToCanvas: () => {
      if (canvas.clientWidth === 0 || canvas.clientHeight === 0) return undefined;
      const { voiRange, invert } = view.getProperties() ?? {};
      if (voiRange) painter.paint(cut(voxels, planeOf(view, volume)), { ...voiRange, invert: invert === true });
      const { id: viewportId, renderingEngineId, element, suppressEvents, viewportStatus } = view;
      return { viewportId, renderingEngineId, element, suppressEvents, viewportStatus };
    },
  };
  Object.assign(view, own);
}

/** Has a view show a slab, or a plane. */
export function showSlab(view: VolumeViewport, slab: Plane['slab']): void {
  view.setBlendMode(slab ? BLEND[slab.mode] : Enums.BlendModes.COMPOSITE);
  // The library counts the thickness to each side of the plane.
  if (slab) view.setSlabThickness(slab.thickness / 2);
  else view.resetSlabThickness();
  view.render();
}

/** The slab that a view shows; undefined for a plane. The crosshairs' handles change it too. */
export function slabOf(view: VolumeViewport): Plane['slab'] {
  const mode = MODES.get(view.getBlendMode());
  return mode && { mode, thickness: 2 * view.getSlabThickness() };
}

function fit(view: VolumeViewport): void {
  const { canvas, element } = view;
  const width = Math.round(element.clientWidth * window.devicePixelRatio);
  const height = Math.round(element.clientHeight * window.devicePixelRatio);
  if (width === 0 || height === 0 || (canvas.width === width && canvas.height === height)) return;
  [canvas.width, canvas.height] = [width, height];
  canvas.style.aspectRatio = `${width} / ${height}`;
  [view.sWidth, view.sHeight] = [width, height];
}

function planeOf(view: VolumeViewport, volume: ImageVolume): Plane {
  const { canvas } = view;
  const { width, height } = canvas;
  const [wide, high] = [width / window.devicePixelRatio, height / window.devicePixelRatio];
  const [corner, right, down] = [
    view.canvasToWorld([0, 0]),
    view.canvasToWorld([wide, 0]),
    view.canvasToWorld([0, high]),
  ];
  const origin = way(volume, corner, volume.origin);
  const slab = slabOf(view);
  return {
    origin,
    right: parts(way(volume, right, corner), width),
    down: parts(way(volume, down, corner), height),
    width,
    height,
    normal: way(volume, view.getCamera().viewPlaneNormal ?? [0, 0, 1], [0, 0, 0]),
    ...(slab && { slab }),
  };
}

/** From one point of the patient to another, in voxels along the columns, rows and slices of the volume. */
function way({ direction, spacing }: ImageVolume, to: Types.Point3, from: Types.Point3): Index {
  return [0, 1, 2].map((axis) => {
    const along = [0, 1, 2].reduce(
      (sum, part) => sum + ((to[part] ?? 0) - (from[part] ?? 0)) * (direction[3 * axis + part] ?? 0),
      0,
    );
    return along / (spacing[axis] ?? 1);
  }) as unknown as Index;
}

const parts = ([x, y, z]: Index, count: number): Index => [x / count, y / count, z / count];
