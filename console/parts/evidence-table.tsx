/** What was usual against what was seen, each with what its prevalence means in words. */

import { useState } from 'preact/hooks';
import { seenOf, usualOf } from '../../src/render/evidence-row.ts';
import { fieldName } from '../../src/render/field-names.ts';
import type { Evidence } from '../api/answers.ts';
import { LogText } from './log-text.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { meaning, percent } from './words.ts';

function Share({ of, share }: { readonly of: string; readonly share: number }) {
  return (
    <span class="share" title={`${of}: ${percent(share)}`}>
      <span class="share-name">{of}</span>
      <svg viewBox="0 0 40 6" class="share-bar" aria-hidden="true" preserveAspectRatio="none">
        <rect width="40" height="6" rx="2" class="share-track" />
        <rect width={Math.max(share > 0 ? 1.5 : 0, 40 * share)} height="6" rx="2" class="share-fill" />
      </svg>
      <span class="share-number">{percent(share)}</span>
    </span>
  );
}

/** Told first; the rest on demand. */
const STRONGEST = 6;

/** The same value of the same field may be new in several ways; the strongest of them is told, the first time it was seen. */
export function distinctEvidence(evidence: readonly Evidence[]): Evidence[] {
  const found = new Map<string, Evidence>();
  for (const one of [...evidence].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const key = JSON.stringify([fieldName(one.field), one.seen]);
    const known = found.get(key);
    if (known === undefined) found.set(key, one);
    else if (one.nats > known.nats) found.set(key, { ...one, at: known.at });
  }
  return [...found.values()].sort((a, b) => b.nats - a.nats);
}

export function EvidenceTable({ evidence: told }: { readonly evidence: readonly Evidence[] }) {
  const [all, setAll] = useState(false);
  const evidence = distinctEvidence(told);
  const shown = all ? evidence : evidence.slice(0, STRONGEST);
  return (
    <Wide label="Usual against seen">
      <table class="evidence">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Usual</th>
            <th scope="col">Seen</th>
            <th scope="col">How common that is</th>
            <th scope="col" class="number">
              Nats
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one, index) => (
            <tr
              key={`${one.detector} ${one.field} ${one.seen}`}
              class={index < STRONGEST ? 'evidence-strong' : undefined}
              title={`found by ${one.detector}`}
            >
              <th scope="row">
                {fieldName(one.field)}
                <div class="soft small">
                  <Time at={one.at} />
                </div>
              </th>
              <td>
                <LogText text={usualOf(one)} max={140} />
              </td>
              <td class="seen">
                <LogText text={seenOf(one)} max={140} />
              </td>
              <td>
                <div class="shares">
                  <Share of="itself" share={one.prevalence.identity} />
                  <Share of="peers" share={one.prevalence.peers} />
                  <Share of="all" share={one.prevalence.tenant} />
                </div>
                <div class="soft small">{meaning(one)}</div>
              </td>
              <td class="number">{one.nats.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {evidence.length > shown.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          Show {evidence.length - shown.length} weaker {evidence.length - shown.length === 1 ? 'piece' : 'pieces'}
        </button>
      )}
    </Wide>
  );
}
