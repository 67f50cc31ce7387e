/** Keeps keyed tables of numbers: all tables of one identity lie side by side in one array, each bounded; the least recently written key is dropped first. */
import type { Sketch, SketchPlan } from '../detector.ts';

const NOBODY = new Float64Array(0);

/** Reads and writes one table of whatever identity `cells` belongs to. */
export class SketchTable implements Sketch {
  readonly plan: SketchPlan;
  /** The numbers of the identity at hand. */
  cells: Float64Array = NOBODY;
  /** Where its rows in use are counted; then stands how often it was written, then the keys, then the rows. */
  readonly #base: number;
  readonly #keys: number;
  readonly #rows: number;
  /** Behind the fields of a row stands when it was last written; the order outlives a restart, the numbers do not. */
  readonly #stride: number;
  readonly end: number;

  constructor(plan: SketchPlan, base: number) {
    this.plan = plan;
    this.#base = base;
    this.#keys = base + 2;
    this.#rows = this.#keys + plan.cap;
    this.#stride = plan.fields + 1;
    this.end = this.#rows + plan.cap * this.#stride;
  }

  of(cells: Float64Array): this {
    this.cells = cells;
    return this;
  }

  get size(): number {
    return this.cells[this.#base] as number;
  }

  find(key: number): number {
    const { cells } = this;
    const from = this.#keys;
    const end = from + (cells[this.#base] as number);
    for (let at = from; at < end; at++) if (cells[at] === key) return this.#rows + (at - from) * this.#stride;
    return -1;
  }

  /** Forgets all rows; what they held is overwritten when others are added. */
  clear(): void {
    this.cells[this.#base] = 0;
    this.cells[this.#base + 1] = 0;
  }

  touch(key: number): number {
    let row = this.find(key);
    if (row < 0) row = this.#add(key);
    const writes = (this.cells[this.#base + 1] as number) + 1;
    this.cells[this.#base + 1] = writes;
    this.cells[row + this.plan.fields] = writes;
    return row;
  }

  get(row: number, field: number): number {
    return this.cells[row + field] as number;
  }

  set(row: number, field: number, value: number): void {
    this.cells[row + field] = value;
  }

  /** Whether a row is the one that `touch` was called for last. */
  isNewest(row: number): boolean {
    return this.cells[row + this.plan.fields] === this.cells[this.#base + 1];
  }

  #add(key: number): number {
    const { cells } = this;
    const size = this.size;
    const at = size < this.plan.cap ? size : this.#oldest();
    const row = this.#rows + at * this.#stride;
    if (at === size) cells[this.#base] = size + 1;
    cells.fill(0, row, row + this.#stride);
    cells[this.#keys + at] = key;
    return row;
  }

  #written(at: number): number {
    return this.cells[this.#rows + at * this.#stride + this.plan.fields] as number;
  }

  #oldest(): number {
    let oldest = 0;
    for (let at = 1; at < this.size; at++) if (this.#written(at) < this.#written(oldest)) oldest = at;
    return oldest;
  }

  /** Keys with their rows, longest unwritten first. */
  inOrder(): { readonly key: number; readonly row: number }[] {
    const { cells, size } = this;
    const rows: { readonly key: number; readonly row: number }[] = [];
    for (let at = 0; at < size; at++)
      rows.push({ key: cells[this.#keys + at] as number, row: this.#rows + at * this.#stride });
    const written = this.plan.fields;
    if (size > 1) rows.sort((a, b) => (cells[a.row + written] as number) - (cells[b.row + written] as number));
    return rows;
  }
}

/** A table for each sketch, one after the other, the first at `from`. */
export function tablesOf(plans: readonly SketchPlan[], from = 0): SketchTable[] {
  let base = from;
  return plans.map((plan) => {
    const table = new SketchTable(plan, base);
    base = table.end;
    return table;
  });
}
