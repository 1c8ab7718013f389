import type { CallerName } from '@drimbox/contracts';
import { DrimError } from '@drimbox/contracts';
import {
  type CanActivate,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { TLSSocket } from 'node:tls';

const CALLERS = 'drimbox:callers';

/** Who may call a route (or every route of a controller): the CN of the caller's certificate. Nobody else may. */
export const CalledBy = (...callers: [CallerName, ...CallerName[]]): CustomDecorator => SetMetadata(CALLERS, callers);

/** The caller's name as a parameter of a route. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** CN of the client certificate; the TLS handshake has already refused any that the internal CA did not sign. */
export function callerOf(request: FastifyRequest): string | undefined {
  const socket = request.raw.socket as TLSSocket;
  if (!socket.authorized) return undefined;
  const subject = socket.getPeerCertificate().subject as { CN?: string | string[] } | undefined;
  // A name given twice is no name: nobody is to choose which one counts.
  return typeof subject?.CN === 'string' ? subject.CN : undefined;
}

/** Deny by default: a route that names no caller is refused to all. */
@Injectable()
export class CallerGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): true {
    const allowed = this.reflector.getAllAndOverride<readonly string[] | undefined>(CALLERS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (!caller || !allowed?.includes(caller)) throw new DrimError('DRIM-104', caller);
    return true;
  }
}
