/** The colour in which each severity is told. */
import type { Severity } from '../../schemas/alert.ts';
import type { Piece, Tint } from './print.ts';

const TINTS: Readonly<Record<Severity, Tint>> = {
  critical: 'magenta',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

/** A severity, or another text in its colour. */
export const severityOf = (severity: Severity, text: string = severity): Piece => ({ text, tint: TINTS[severity] });
