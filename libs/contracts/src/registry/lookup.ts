import type { Hl7Listener, PacsLink, RisSender, Site, SiteRegistry, Structure } from './schema.js';

/** How a sender names itself; any part may be missing. */
export interface SenderTraits {
  readonly application?: string | undefined;
  readonly facility?: string | undefined;
  readonly performer?: string | undefined;
}

/**
 * The RIS of a site that sent a message: a sender matches when every trait it declares is equal;
 * the one with most declared traits wins, the first declared on a tie.
 */
export function findSender(site: Site, traits: SenderTraits): RisSender | undefined {
  let best: { sender: RisSender; score: number } | undefined;
  for (const sender of site.risSenders) {
    const declared = (['application', 'facility', 'performer'] as const).filter((key) => sender[key] !== undefined);
    if (!declared.every((key) => sender[key] === traits[key])) continue;
    if (!best || declared.length > best.score) best = { sender, score: declared.length };
  }
  return best?.sender;
}

export function findListener(registry: SiteRegistry, id: string): { site: Site; listener: Hl7Listener } | undefined {
  for (const site of registry.sites) {
    const listener = site.hl7Listeners.find((candidate) => candidate.id === id);
    if (listener) return { site, listener };
  }
  return undefined;
}

export function findPacsLink(registry: SiteRegistry, id: string): { site: Site; link: PacsLink } | undefined {
  for (const site of registry.sites) {
    const link = site.pacsLinks.find((candidate) => candidate.id === id);
    if (link) return { site, link };
  }
  return undefined;
}

export function findStructure(registry: SiteRegistry, siteId: string, id: string): Structure | undefined {
  return registry.sites.find((site) => site.id === siteId)?.structures.find((structure) => structure.id === id);
}
