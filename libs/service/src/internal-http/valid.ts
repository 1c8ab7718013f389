import { DrimError } from '@drimbox/contracts';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';

/**
 * Checks a part of a request: `@Body(valid(FindStudyRequest)) body: FindStudyRequest`, `@Param('id', valid(z.uuid())) id`.
 * @throws DrimError DRIM-102 naming each wrong place, never its value.
 */
export function valid<T>(schema: z.ZodType<T>): PipeTransform<unknown, T> {
  return {
    transform(input) {
      const parsed = schema.safeParse(input);
      if (parsed.success) return parsed.data;
      throw new DrimError('DRIM-102', placesOf(parsed.error));
    },
  };
}

/** Where and how an input departs from its schema, without its values: `study: invalid_format, count: too_big`. */
export const placesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 10)
    .map(({ path, code }) => `${path.join('.') || 'value'}: ${code}`)
    .join(', ');
