export { Database, type TransactionOptions } from './database/database.js';
export { type DatabaseOptions, type OpenDatabase, openDatabase } from './database/open-database.js';
export type { Session } from './database/session.js';
export { likeLiteral } from './database/like-literal.js';
export { codeOf, isContention, isUnavailable, isUniqueViolation } from './database/sql-errors.js';
export { type Rows, type Sql, type Statement, Tx } from './database/tx.js';
export { LOCK_CLASS, migrate, type Migration } from './migrations/migrate.js';
export { PersistenceModule, type PersistenceOptions } from './persistence.module.js';
export { Listener } from './sessions/listener.js';
