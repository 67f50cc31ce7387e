/** What belongs into a ticket: how sure an alert is, techniques, controls, what it cannot see, its id, and its other forms. */
import { Fragment } from 'preact';
import { techniqueText } from '../../src/render/technique-names.ts';
import type { Alert } from '../api/answers.ts';
import { Problem } from '../api/client.ts';
import { credentials } from '../api/session.ts';
import { Copy } from './copy.tsx';
import { hrefOf } from './route.ts';
import { odds, pWords } from './words.ts';

async function rendered(id: string, form: string): Promise<string> {
  const answer = await fetch(`/v1/alerts/${encodeURIComponent(id)}/as/${form}`, {
    headers: credentials(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, {});
  return form === 'cef' ? text : JSON.stringify(JSON.parse(text), null, 2);
}

/** With its name; of ATT&CK as a link to what it means there. */
function Technique({ id }: { readonly id: string }) {
  if (!/^T\d{4}(\.\d{3})?$/.test(id)) return <>{techniqueText(id)}</>;
  return (
    <a href={`https://attack.mitre.org/techniques/${id.replace('.', '/')}/`} target="_blank" rel="noreferrer noopener">
      {techniqueText(id)}
    </a>
  );
}

export function AlertRecord({ alert }: { readonly alert: Alert }) {
  return (
    <section class="panel" aria-labelledby="ids-title">
      <h2 id="ids-title">For the record</h2>
      <dl class="facts">
        <div>
          <dt>How sure</dt>
          <dd>
            {alert.score.toFixed(1)} nats: {odds(alert.score)}. {pWords(alert.p)} {alert.maturity} % of learning is
            done.
          </dd>
        </div>
        <div>
          <dt>Techniques</dt>
          <dd>
            {alert.techniques.length === 0
              ? 'none'
              : alert.techniques.map((id, index) => (
                  <Fragment key={id}>
                    {index > 0 && ', '}
                    <Technique id={id} />
                  </Fragment>
                ))}
          </dd>
        </div>
        <div>
          <dt>Controls</dt>
          <dd>{alert.controls.join(', ') || 'none'}</dd>
        </div>
        <div>
          <dt>It cannot see</dt>
          <dd>
            <ul class="tight">
              {alert.blindSpots.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd>
            <code>{alert.id}</code>, version {alert.version}
          </dd>
        </div>
      </dl>
      <div class="acts no-print">
        {(['json', 'ocsf', 'ecs', 'cef'] as const).map((form) => (
          <Copy key={form} label={form.toUpperCase()} text={() => rendered(alert.id, form)} />
        ))}
        <Copy label="Link" text={() => `${location.origin}/${hrefOf(['alerts', alert.id])}`} />
        <button type="button" class="small" onClick={() => print()}>
          Print
        </button>
      </div>
    </section>
  );
}
