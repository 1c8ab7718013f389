import type { Act } from '@drimbox/audit';

/** Who took part in what an operator asked: the local account, the operators' application, this service. */
export const operatorOf = (account: string): Act['participants'] => [
  { userId: account, requestor: true },
  { userId: 'admin', requestor: false },
  { userId: 'kos-publisher', requestor: false },
];
