// eslint-disable-next-line no-restricted-imports -- tests alone come here: nothing of it reaches a browser
export { compressed as compress, type Compressor, COMPRESSORS, rendered } from '@drimbox/testing';
