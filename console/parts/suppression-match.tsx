/** What a suppression looks for besides the identity: kinds, detectors, and pieces of evidence. */
import { fieldName } from '../../src/render/field-names.ts';
import type { Suppression } from '../api/answers.ts';
import { LogText } from './log-text.tsx';
import { KINDS } from './words.ts';

/** Pieces of evidence that are named; of more it says how many. */
const PIECES_NAMED = 4;

export function Looked({
  match: { kinds = [], detectors = [], evidence = [] },
}: {
  readonly match: Suppression['match'];
}) {
  const pieces = [evidence].flat();
  const named = [...kinds.map((kind) => KINDS[kind] ?? kind), ...detectors];
  return (
    <>
      {named.length > 0 && ` (${named.join(', ')})`}
      {pieces.slice(0, PIECES_NAMED).map(({ field, seen }) => (
        <span key={`${field} ${seen}`} class="soft">
          , {fieldName(field)} <LogText text={seen} max={60} />
        </span>
      ))}
      {pieces.length > PIECES_NAMED && <span class="soft"> and {pieces.length - PIECES_NAMED} more</span>}
    </>
  );
}
