/**
 * Makes the page ask for the drawing code at once, while its small first script is still on its way. As bytes, not as a script: compiling it
 * waits until the first image is on screen (src/main.ts), and then takes it from the browser's cache.
 */
export function earlyScript() {
  return {
    name: 'early-script',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const viewer = Object.values(bundle ?? {}).find(
          (chunk) => chunk.type === 'chunk' && chunk.isDynamicEntry && chunk.facadeModuleId?.endsWith('/app/viewer.ts'),
        );
        if (!viewer) throw new Error('the drawing code is no chunk of its own any more');
        const link = {
          rel: 'preload',
          as: 'fetch',
          fetchpriority: 'low',
          crossorigin: true,
          href: `/viewer/${viewer.fileName}`,
        };
        return { html, tags: [{ tag: 'link', attrs: link, injectTo: 'head' }] };
      },
    },
  };
}
