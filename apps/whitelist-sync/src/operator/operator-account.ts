import { DrimError, OPERATOR_HEADER, OperatorAccount } from '@drimbox/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who asks, as a parameter of a route. @throws DrimError DRIM-102 when the header is absent or no account name. */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): OperatorAccount => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers[OPERATOR_HEADER];
  const parsed = OperatorAccount.safeParse(header);
  if (!parsed.success) throw new DrimError('DRIM-102', OPERATOR_HEADER);
  return parsed.data;
});
