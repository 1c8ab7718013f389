import { Gauge } from 'prom-client';
import type { CertificateStore } from '../certificates/certificate-store.js';
import type { InternalTls } from '../internal-http/internal-tls.js';
import type { Metrics } from './metrics.js';

/** Last day of each certificate, in seconds since 1970: what the certificate calendar and its alerts read. */
export function certificateGauge(metrics: Metrics, store: CertificateStore, tls: InternalTls): void {
  const gauge = new Gauge({
    name: 'drimbox_certificate_not_after_seconds',
    help: 'End of validity of a certificate, Unix time',
    labelNames: ['certificate'],
    registers: [metrics.registry],
    collect() {
      gauge.reset();
      gauge.set({ certificate: 'internal' }, tls.current.notAfter.getTime() / 1000);
      for (const { name, notAfter } of store.expiries()) gauge.set({ certificate: name }, notAfter.getTime() / 1000);
    },
  });
}
