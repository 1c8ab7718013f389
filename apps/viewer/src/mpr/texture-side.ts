/** What WebGL 2 grants everywhere. */
const LEAST = 256;

let known: number | undefined;

/** Most voxels a volume may have along one side on this device. */
export function textureSide(): number {
  if (known !== undefined) return known;
  const gl = document.createElement('canvas').getContext('webgl2');
  known = gl ? Number(gl.getParameter(gl.MAX_3D_TEXTURE_SIZE)) : LEAST;
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return known;
}
