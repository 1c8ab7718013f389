import { HttpFault } from '../http/http-fault.js';
import type { HttpFetch } from '../http/identity-http.js';

/** A way out that answers JSON, and remembers what it was asked; undefined: nobody answers. */
export const fakeFetch = (
  answer: () => object | undefined,
): { readonly fetch: HttpFetch; readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (url) => {
      asked.push(url);
      const body = answer();
      if (body === undefined) throw new HttpFault('unreachable', 'ECONNREFUSED');
      return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    },
  };
};
