/** A button that fetches a file with the token of this page, which a plain link would not carry. */
import { useState } from 'preact/hooks';
import { Problem } from '../api/client.ts';
import { credentials } from '../api/session.ts';

interface DownloadProps {
  readonly path: string;
  /** What the file is called on disk. */
  readonly name: string;
  readonly label: string;
}

async function fetched({ path, name }: DownloadProps): Promise<void> {
  const answer = await fetch(path, { headers: credentials() });
  if (!answer.ok) throw new Problem(answer.status, {});
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export function Download(props: DownloadProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={state === 'busy'}
        onClick={() => {
          setState('busy');
          fetched(props).then(
            () => setState('idle'),
            () => setState('failed'),
          );
        }}
      >
        {props.label}
      </button>
      {state === 'failed' && <span role="alert">The file did not come: try again.</span>}
    </>
  );
}
