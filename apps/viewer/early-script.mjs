/** Makes the page ask for the drawing code at once, while its small first script is still on its way. */
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
        const link = { rel: 'modulepreload', crossorigin: true, href: `/viewer/${viewer.fileName}` };
        return { html, tags: [{ tag: 'link', attrs: link, injectTo: 'head' }] };
      },
    },
  };
}
