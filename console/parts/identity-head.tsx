/** Who an identity is, and who answers for it. */
import type { Profile, Usage } from '../api/answers.ts';
import { Copy } from './copy.tsx';
import { amount } from './habit-table.tsx';
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { Time } from './time.tsx';

export function IdentityHead({ usage, profile }: { readonly usage: Usage; readonly profile: Profile | undefined }) {
  const record = usage.record as
    | {
        purpose?: string;
        system?: string;
        tier?: number;
        expiresAt?: string;
        offboardedAt?: string;
        createdAt?: string;
      }
    | undefined;
  const from = { inventory: 'by the inventory', file: 'by the inventory file', alert: 'as its newest alert says' };
  return (
    <header class="alert-head">
      <p class="crumbs no-print">
        <a href={hrefOf(['fleet'])}>Fleet</a> ›
      </p>
      <h1>
        <LogText text={usage.name ?? usage.identity} max={200} />
      </h1>
      <p class="soft">
        <LogText text={usage.identity} max={300} /> <Copy label="Copy id" text={() => usage.identity} />
      </p>
      <dl class="facts facts-wide">
        <div>
          <dt>Kind</dt>
          <dd>
            {usage.kind} of {usage.provider}
            {usage.account !== undefined && (
              <>
                , <LogText text={usage.account} max={60} />
              </>
            )}
            {usage.environment !== undefined && `, ${usage.environment}`}
          </dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>
            {usage.owner === undefined ? (
              <>nobody is known: send an inventory record</>
            ) : (
              <>
                <LogText text={usage.owner} max={80} /> <span class="soft">{from[usage.ownerFrom ?? 'alert']}</span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Purpose</dt>
          <dd>{record?.purpose === undefined ? 'not known' : <LogText text={record.purpose} />}</dd>
        </div>
        <div>
          <dt>Seen</dt>
          <dd>
            <Time at={usage.firstAt} /> to <Time at={usage.lastAt} />, {amount(usage)}
          </dd>
        </div>
        <div>
          <dt>Peers</dt>
          <dd>{profile === undefined ? 'not known yet' : <LogText text={profile.peers} max={80} />}</dd>
        </div>
        <div>
          <dt>Learning</dt>
          <dd>{profile === undefined ? 'nothing is remembered of it yet' : `${profile.maturity} % done`}</dd>
        </div>
        {record?.expiresAt !== undefined && (
          <div>
            <dt>Ends</dt>
            <dd>
              <Time at={record.expiresAt} withAge />
            </dd>
          </div>
        )}
        {record?.offboardedAt !== undefined && (
          <div>
            <dt>Retired</dt>
            <dd>
              <Time at={record.offboardedAt} withAge />
            </dd>
          </div>
        )}
      </dl>
    </header>
  );
}
