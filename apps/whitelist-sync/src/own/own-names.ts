import type { SiteRegistry } from '@drimbox/contracts';
import type { Certificate, OwnFault, OwnName } from '@drimbox/trust';
import type { Cause } from '../alerts/alerts.js';

export const OWN_CAUSES = 'own:';

/**
 * The db FQDNs of the registry, each with the certificate that serves it (`wado.certificate`) and the one that is about
 * to (`<name>.next`).
 */
export const ownNames = ({ sites }: SiteRegistry, certificate: (name: string) => Certificate | undefined): OwnName[] =>
  sites
    .flatMap(({ pacsLinks }) => pacsLinks)
    .map(({ db, wado }) => {
      const name = wado.certificate;
      const served =
        name === undefined
          ? []
          : ([
              ['current', name],
              ['next', `${name}.next`],
            ] as const);
      return {
        fqdn: db,
        served: served.flatMap(([which, file]) => {
          const found = certificate(file);
          return found ? [{ which, subject: found.subject }] : [];
        }),
      };
    });

/** What other DRIMboxes will hold against us, as causes of alert. */
export const causeOf = (fault: OwnFault): Cause =>
  fault.kind === 'missing'
    ? { cause: `${OWN_CAUSES}missing:${fault.fqdn}`, code: 'DRIM-728', detail: fault.fqdn }
    : {
        cause: `${OWN_CAUSES}other-dn:${fault.fqdn}:${fault.which}`,
        code: 'DRIM-729',
        detail: `${fault.fqdn}: the ${fault.which} certificate is ${fault.served}`,
      };
