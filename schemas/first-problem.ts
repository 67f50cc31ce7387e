/** What is wrong with a record that does not fit its schema, in words for whoever sent it. */
import type { z } from 'zod';

/** The first thing that is wrong: where in the record, and what. The record itself is not repeated, for it may hold a secret. */
export function firstProblem(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.map(String).join('.') || 'record';
  const wrong = (issue?.message ?? 'does not fit').replace(/^Invalid (?:input|string): /, '');
  return `${place}: ${/, received undefined$/.test(wrong) ? 'is missing' : wrong}`;
}
