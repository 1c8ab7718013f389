export { createNkey, type Nkey } from './nats/nkey.js';
export { type NatsOptions, NatsServer, type NatsUser, startNats } from './nats/start-nats.js';
export { freePort } from './network/free-port.js';
export { PostgresAdmin, type ServiceRoleOptions } from './postgres/postgres-admin.js';
export { type PostgresOptions, PostgresServer, startPostgres } from './postgres/start-postgres.js';
export type { ReadyCheck, ReadyLine } from './process/ready.js';
export { ManagedProcess, type ProcessExit, type ProcessOptions, startProcess } from './process/start-process.js';
