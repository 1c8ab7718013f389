import type { Mesh } from '../mesh/mesh.js';

/** A part of the mesh that can die and come back. */
export interface Victim {
  readonly name: string;
  kill9(): Promise<unknown>;
  restart(): Promise<void>;
}

/** Every process whose death must lose nothing: the product's services, its broker, its database, and the DMP. */
export function victimsOf({ stack }: Mesh): readonly Victim[] {
  const { services, broker, database, dmp } = stack;
  return [
    ...Object.values(services),
    { name: 'nats-server', kill9: () => broker.server.kill9(), restart: () => broker.server.restart() },
    { name: 'PostgreSQL', kill9: () => database.server.kill9(), restart: () => database.server.restart() },
    dmp.process,
  ];
}
