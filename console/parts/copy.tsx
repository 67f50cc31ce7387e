/** A button that puts something on the clipboard, and says that it did. */
import { useState } from 'preact/hooks';

interface CopyProps {
  readonly label: string;
  readonly text: () => Promise<string> | string;
}

const TOLD_MS = 2_000;

export function Copy({ label, text }: CopyProps) {
  const [told, setTold] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      setTold('copied');
    } catch {
      setTold('not copied: the browser does not allow it');
    }
    setTimeout(() => setTold(''), TOLD_MS);
  };
  return (
    <button type="button" class="small" onClick={copy}>
      {told === '' ? label : `${label}: ${told}`}
    </button>
  );
}
