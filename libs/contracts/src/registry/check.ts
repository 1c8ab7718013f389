import { z } from 'zod';
import { type Site, SiteRegistry } from './schema.js';

/** Each fault in plain words: what is wrong, where, and what would be right. */
export type RegistryResult = { ok: true; registry: SiteRegistry } | { ok: false; faults: string[] };

/**
 * Reads a site registry and checks what a schema cannot say.
 * @param json parsed JSON, from anywhere; `certificates` are the names the certificate store holds (not checked when absent).
 */
export function readRegistry(json: unknown, certificates?: ReadonlySet<string>): RegistryResult {
  const parsed = SiteRegistry.safeParse(json);
  if (!parsed.success) return { ok: false, faults: z.prettifyError(parsed.error).split('\n') };
  const faults = [...acrossSites(parsed.data), ...parsed.data.sites.flatMap((site) => withinSite(site, certificates))];
  return faults.length === 0 ? { ok: true, registry: parsed.data } : { ok: false, faults };
}

function acrossSites({ sites }: SiteRegistry): string[] {
  const links = sites.flatMap((site) => site.pacsLinks);
  return [
    ...repeated(sites.map((site) => site.id)).map((id) => `site "${id}" is declared twice`),
    ...repeated(links.map((link) => link.id)).map((id) => `PACS link "${id}" is declared twice`),
    ...repeated(links.map((link) => `${link.calledAe}@${link.host}:${link.port}`)).map(
      (pacs) => `PACS ${pacs} is declared twice: a PACS belongs to one link only (DSR §3.2.1 F)`,
    ),
    ...repeated(links.flatMap((link) => [link.db, link.vi])).map(
      (fqdn) => `${fqdn} is used twice: each PACS link has its own db/vi pair`,
    ),
    ...repeated(
      sites.flatMap((site) =>
        site.hl7Listeners.filter(({ port }) => port !== 0).map(({ host, port }) => `${host}:${port}`),
      ),
    ).map((address) => `two HL7 listeners share ${address}`),
    ...repeated(
      links.flatMap(({ listen }) => (listen && listen.port !== 0 ? [`${listen.host}:${listen.port}`] : [])),
    ).map((address) => `two PACS links listen on ${address}: AE title and port belong to one link`),
    ...repeated(sites.flatMap((site) => site.hl7Listeners.map(({ id }) => id))).map(
      (id) => `HL7 listener "${id}" is declared twice`,
    ),
  ];
}

function withinSite(site: Site, certificates?: ReadonlySet<string>): string[] {
  const links = new Set(site.pacsLinks.map((link) => link.id));
  const faults = [
    ...repeated(site.structures.map(({ id }) => id)).map((id) => `structure ${id} is declared twice`),
    ...repeated(site.risSenders.map(({ id }) => id)).map((id) => `RIS "${id}" is declared twice`),
  ];
  for (const ris of site.risSenders) {
    if (!links.has(ris.pacsLink))
      faults.push(`RIS "${ris.id}" leads to PACS link "${ris.pacsLink}", which does not exist`);
    if (!ris.application && !ris.facility && !ris.performer) {
      faults.push(`RIS "${ris.id}" cannot be recognised: give application, facility or performer`);
    }
  }
  for (const link of site.pacsLinks) {
    if (link.retrieveBy === 'move' && !link.listen) {
      faults.push(
        `PACS link "${link.id}" retrieves by C-MOVE: give "listen", where the PACS sends, or retrieveBy "get"`,
      );
    }
    for (const name of [link.tls?.certificate, link.listen?.tls?.certificate]) {
      if (name !== undefined && certificates && !certificates.has(name)) {
        faults.push(`PACS link "${link.id}" needs certificate "${name}", which the store does not hold`);
      }
    }
  }
  for (const structure of site.structures) {
    if (structure.vihfStructure && structure.mode === 'EG') {
      faults.push(`structure ${structure.id}: vihfStructure needs mode "EJ/EG"`);
    }
    for (const name of [structure.authCertificate, structure.signCertificate]) {
      if (certificates && !certificates.has(name)) {
        faults.push(`structure ${structure.id} needs certificate "${name}", which the store does not hold`);
      }
    }
  }
  return faults.map((fault) => `site "${site.id}": ${fault}`);
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
