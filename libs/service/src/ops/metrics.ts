import { collectDefaultMetrics, Registry } from 'prom-client';

/** Prometheus metrics of one service; a module makes its own with `registers: [metrics.registry]`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }
}
