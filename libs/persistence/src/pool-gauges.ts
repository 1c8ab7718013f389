import type { Metrics } from '@drimbox/service';
import type { Pool } from 'pg';

export function poolGauges(metrics: Metrics, pool: Pool): void {
  metrics.gauge('drimbox_database_connections', 'Connections of the pool by state', ['state'], () => [
    [{ state: 'idle' }, pool.idleCount],
    [{ state: 'used' }, pool.totalCount - pool.idleCount],
    // Requests that wait for a connection.
    [{ state: 'waiting' }, pool.waitingCount],
  ]);
}
