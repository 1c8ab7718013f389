import vtkTexture from '@kitware/vtk.js/Rendering/OpenGL/Texture.js';
import { newInstance as newInstanceOf } from '@kitware/vtk.js/macros.js';
import { toHalfFloats } from './half-float.js';

export type Pixels = Uint8Array | Int16Array | Uint16Array | Float32Array;

interface TextureModel {
  context: WebGL2RenderingContext | null;
  target: number;
  width: number;
  height: number;
  format: number;
  openGLDataType: number;
  volumeInfo: { dataComputedScale?: number[]; dataComputedOffset?: number[] };
  _openGLRenderWindow: { activateTexture(texture: object): void } | null;
  asked?: TextureParameters;
  drimWaiting: Map<number, Pixels>;
}

interface TextureParameters {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly numberOfComponents: number;
  readonly dataType: string;
}

/** What the drawing library calls on a texture of a volume, and what fills it. */
interface TextureApi {
  useHalfFloat(): boolean;
  setOglNorm16Ext(extension: unknown): void;
  updateVolumeInfoForGL(dataType: string, components: number): boolean;
  update3DFromRaw(): boolean;
  setTextureParameters(parameters: TextureParameters): void;
  getTextureParameters(): TextureParameters | undefined;
  setUpdatedFrame(index: number): void;
  modified(): void;
  putSlice(index: number, pixels: Pixels): void;
  getHandle(): unknown;
  bind(): void;
  releaseGraphicsResources(window: object | null): void;
  free(): void;
  deactivate(): void;
}

/** A texture of a volume that is given its slices one by one and keeps none of them. */
export interface VolumeTexture {
  /** Uploads slice `index`, now or as soon as the texture is made. `pixels` are not kept. */
  putSlice(index: number, pixels: Pixels): void;
  /** Deletes the texture, and with it the context it was drawn in. */
  free(): void;
}

const is16 = (dataType: string | undefined): boolean => dataType === 'Int16Array' || dataType === 'Uint16Array';

/**
 * The library's own texture takes 16-bit integers as 32-bit floats where a browser has no textures of normalised 16-bit
 * integers: twice the memory, and above 1 GiB nothing at all, silently. Half-precision floats can be filtered in every
 * WebGL 2 and take two bytes. Measurements read the decoded pixels, never the texture.
 */
function extend(publicAPI: TextureApi, model: TextureModel, initialValues: object = {}): void {
  vtkTexture.extend(publicAPI, model, initialValues);
  model.drimWaiting = new Map();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- objects of this library are closures
  const superUpdateInfo = publicAPI.updateVolumeInfoForGL;
  publicAPI.setOglNorm16Ext = () => undefined;
  publicAPI.useHalfFloat = () => is16(model.asked?.dataType);
  publicAPI.updateVolumeInfoForGL = (dataType, components) => {
    const scaled = superUpdateInfo(dataType, components);
    model.volumeInfo.dataComputedScale = [1];
    model.volumeInfo.dataComputedOffset = [0];
    return scaled;
  };
  publicAPI.setTextureParameters = (parameters) => {
    model.asked = parameters;
  };
  publicAPI.getTextureParameters = () => model.asked;
  // Asked for by the library when a slice of its image cache changes; ours come by putSlice only.
  publicAPI.setUpdatedFrame = () => undefined;
  publicAPI.update3DFromRaw = () => {
    if (model.drimWaiting.size === 0) return false;
    for (const [index, pixels] of model.drimWaiting) upload(publicAPI, model, index, pixels);
    model.drimWaiting.clear();
    return true;
  };
  publicAPI.putSlice = (index, pixels) => {
    if (publicAPI.getHandle() && model.context) upload(publicAPI, model, index, pixels);
    else {
      model.drimWaiting.set(index, pixels);
      publicAPI.modified();
    }
  };
  publicAPI.free = () => {
    model.drimWaiting.clear();
    const { context } = model;
    // Without its window the library would leave the texture to the garbage collector, which does not know its size.
    publicAPI.releaseGraphicsResources(model._openGLRenderWindow);
    // The context has no other use: only its loss makes a driver give the memory back now.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  };
}

function upload(publicAPI: TextureApi, model: TextureModel, index: number, pixels: Pixels): void {
  const gl = model.context;
  if (!gl || !model._openGLRenderWindow) return;
  const halves = pixels instanceof Int16Array || pixels instanceof Uint16Array ? toHalfFloats(pixels) : pixels;
  model._openGLRenderWindow.activateTexture(publicAPI);
  publicAPI.bind();
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texSubImage3D(
    model.target,
    0,
    0,
    0,
    index,
    model.width,
    model.height,
    1,
    model.format,
    model.openGLDataType,
    halves,
  );
  publicAPI.deactivate();
}

export const newVolumeTexture = newInstanceOf(
  extend as unknown as Parameters<typeof newInstanceOf>[0],
  'drimVolumeTexture',
) as unknown as () => VolumeTexture;
