import type { CertificateStore } from '../certificates/certificate-store.js';
import type { InternalTls } from '../internal-http/internal-tls.js';
import type { Metrics } from './metrics.js';

/** Last day of each certificate: what the certificate calendar and its alerts read. */
export function certificateGauge(metrics: Metrics, store: CertificateStore, tls: InternalTls): void {
  metrics.gauge('drimbox_certificate_not_after_seconds', 'End of validity, Unix time', ['certificate'], () =>
    [{ name: 'internal', notAfter: tls.current.notAfter }, ...store.expiries()].map(
      ({ name, notAfter }) => [{ certificate: name }, notAfter.getTime() / 1000] as const,
    ),
  );
}
