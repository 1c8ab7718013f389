import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { bundledNotices } from './bundled-notices.mjs';
import { earlyScript } from './early-script.mjs';
import { leanerLibrary } from './leaner-library.mjs';
import { libraryCorrections } from './library-corrections.mjs';

/** Files of the image library that it does not export (src/images/image-loader-parts.d.ts). */
const imageLoaderParts = dirname(fileURLToPath(import.meta.resolve('@cornerstonejs/dicom-image-loader')));

export default defineConfig({
  // One address for every view: scripts and styles are cached, the page of a view is not.
  base: '/viewer/',
  plugins: [leanerLibrary(), libraryCorrections(), bundledNotices(), earlyScript()],
  resolve: {
    // Without these the bundle takes empty stand-ins of Node's modules: "Class extends value undefined" at load.
    alias: { events: 'events/events.js', url: 'url/url.js', 'image-loader-parts': imageLoaderParts },
  },
  // The viewer leaves nothing in the browser: what its libraries would keep there goes into an object of the page.
  define: { 'window.localStorage': '{}' },
  // Workers import modules; a classic worker cannot.
  worker: { format: 'es', plugins: () => [leanerLibrary(), libraryCorrections(), bundledNotices()] },
  build: {
    target: 'es2022',
    outDir: 'dist/site',
    emptyOutDir: true,
    sourcemap: false,
    // A data: address is forbidden by the page's policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
    modulePreload: { polyfill: false },
  },
});
