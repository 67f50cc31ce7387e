/** Holds a table that may be wider than the page. On a phone its rows are cards whose cells name their column; what is still wider scrolls by keyboard. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Each cell is told what its column is called. */
function nameCells(host: HTMLElement): void {
  for (const table of host.querySelectorAll('table')) {
    const names = [...table.querySelectorAll('thead th')].map((head) => head.textContent ?? '');
    for (const row of table.querySelectorAll<HTMLTableRowElement>('tbody tr'))
      for (const [index, cell] of [...row.cells].entries()) cell.dataset.column = names[index] ?? '';
  }
}

export function Wide({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const host = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const measure = () => setScrolls(element.scrollWidth > element.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    for (const child of element.children) watch.observe(child);
    nameCells(element);
    const rows = new MutationObserver(() => nameCells(element));
    rows.observe(element, { childList: true, subtree: true });
    return () => {
      watch.disconnect();
      rows.disconnect();
    };
  }, []);
  return (
    <div ref={host} class="wide" {...(scrolls && { role: 'group', 'aria-label': label, tabIndex: 0 })}>
      {children}
    </div>
  );
}
