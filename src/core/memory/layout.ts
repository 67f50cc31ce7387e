/** Which tables a memory has in this process, and where in them the tables of a memory belong that was saved with others. */
import { AGENT_PARTS } from '../../../schemas/alert.ts';
import type { Dimension, SketchPlan } from '../detector.ts';
import { MemoryFault, RELEARN } from './memory-fault.ts';
import { type Format7Layout, isSameLayout, type SavedLayout } from './saved-layout.ts';
import { type SketchTable, tablesOf } from './sketch-tables.ts';

export type TablePlan = Pick<Dimension, 'id' | 'depth' | 'cap'>;

/** Layouts that memories of one partition may have: one for each change of the detectors that are on, as long as it is kept. */
const LAYOUTS_MAX = 4_096;
/** What is in no table of this process. */
export const NOWHERE = -1;

/** Where the tables of a saved memory belong, by their place in it. */
export interface Placement {
  /** The saved tables are those of this process. */
  readonly isSame: boolean;
  /** Index of the dimension, or `NOWHERE`: such values are read and let go. */
  readonly dimensions: readonly number[];
  readonly sketches: readonly { readonly table: SketchTable | undefined; readonly fields: number }[];
  /** Index among the parts of an agent, or `NOWHERE`. */
  readonly parts: readonly number[];
}

/** Places of the sketches of detectors that are off: no detector asks for them. */
const DORMANT_SERIAL = -1;

export class Layout {
  #dimensions: readonly TablePlan[];
  #sketches: readonly SketchPlan[];
  #caps: readonly number[] = [];
  #tables: readonly SketchTable[] = [];
  #saved: SavedLayout[];
  #number = 0;
  #placements: (Placement | undefined)[] = [];
  /** Of memories of format 7, the likeliest first. */
  #format7: readonly [Format7Layout, ...Format7Layout[]];
  #format7Placement: Placement | undefined;
  #hasFormat7 = false;

  /** `format7`: layouts that memories of format 7 may have, the likeliest first; none: the one of this process. */
  constructor(
    dimensions: readonly TablePlan[],
    sketches: readonly SketchPlan[],
    format7: readonly Format7Layout[] = [],
  ) {
    this.#dimensions = dimensions;
    this.#sketches = sketches;
    const [first = { detectors: [], layout: this.names }, ...others] = format7;
    this.#format7 = [first, ...others];
    this.#settle();
    this.#saved = [this.names];
  }

  /** Most values of each table: of the dimensions of detectors that are on, then of those that others left. */
  get caps(): readonly number[] {
    return this.#caps;
  }
  get tables(): readonly SketchTable[] {
    return this.#tables;
  }
  /** Under which number the memories are saved that this process writes. */
  get number(): number {
    return this.#number;
  }
  /** All layouts that memories of the partition may have, by number. */
  get saved(): readonly SavedLayout[] {
    return this.#saved;
  }
  get names(): SavedLayout {
    return {
      dimensions: this.#dimensions.map(({ id, depth, cap }) => ({ id, depth, cap })),
      sketches: this.#sketches.map(({ name, fields, cap }) => ({ name, fields, cap })),
      parts: [...AGENT_PARTS],
    };
  }

  /**
   * Takes up the layouts that the memories of a partition were saved with, before any of them is read or made. Tables of detectors
   * that are off now get a place behind the others: their memory is carried on until they are on again.
   */
  restore(saved: readonly SavedLayout[]): void {
    const last = saved.at(-1);
    if (last !== undefined) this.#adopt(last);
    const known = saved.findIndex((one) => isSameLayout(one, this.names));
    this.#number = known >= 0 ? known : saved.length;
    this.#saved = known >= 0 ? [...saved] : [...saved, this.names];
    if (this.#saved.length > LAYOUTS_MAX)
      throw new MemoryFault(
        `memories of one partition have ${this.#saved.length} layouts, at most ${LAYOUTS_MAX} are kept`,
        RELEARN,
      );
    this.#placements = [];
    this.#format7Placement = undefined;
  }

  #adopt({ dimensions, sketches }: SavedLayout): void {
    const dormant = dimensions.filter(({ id }) => !this.#dimensions.some((own) => own.id === id));
    const asleep = sketches.filter(({ name }) => !this.#sketches.some((own) => own.name === name));
    this.#dimensions = [...this.#dimensions, ...dormant];
    this.#sketches = [...this.#sketches, ...asleep.map((plan) => ({ ...plan, serial: DORMANT_SERIAL }))];
    this.#settle(this.#tables);
  }

  /** Tables that are there already stay what they are: detectors know them. */
  #settle(known: readonly SketchTable[] = []): void {
    this.#caps = this.#dimensions.map(({ cap }) => cap);
    const before = known.at(-1)?.end ?? 0;
    this.#tables = [...known, ...tablesOf(this.#sketches.slice(known.length), before)];
  }

  /** Where the tables of memories saved under a number belong. Throws a `MemoryFault` where the partition knows no such layout. */
  placementOf(number: number): Placement {
    const known = this.#placements[number];
    if (known !== undefined) return known;
    const saved = this.#saved[number];
    if (saved === undefined)
      throw new MemoryFault(
        `it was saved with layout ${number}, which the partition's row "layouts" does not tell of`,
        RELEARN,
      );
    const placement = this.#place(saved);
    this.#placements[number] = placement;
    return placement;
  }

  /** Where the tables of memories of format 7 belong, which tell no number. */
  get format7(): Placement {
    this.#hasFormat7 = true;
    this.#format7Placement ??= this.#place(this.#format7[0].layout);
    return this.#format7Placement;
  }
  /** Detectors that made the memories of format 7, as far as it shows; undefined while there was no such memory. */
  get format7Detectors(): readonly string[] | undefined {
    return this.#hasFormat7 ? this.#format7[0].detectors : undefined;
  }

  /**
   * Settles which detectors made the memories of format 7: the first of the likely ones of which `reads` says that all memories
   * known so far come out even with their tables. Throws a `MemoryFault` where there are none.
   */
  findFormat7(reads: (tables: Layout) => boolean): void {
    const found = this.#format7.findIndex(({ layout }) => reads(layoutOfSaved(layout)));
    if (found < 0)
      throw new MemoryFault(
        'it was saved in format 7 by other detectors than those that are on',
        'Start once with detect.detectors as it was when it was saved; from then on detectors can be switched on and off.',
      );
    this.setFormat7(this.#format7.slice(found));
  }

  /** Memories of format 7 have the first of these layouts; what detectors remembered that are off now is carried on. */
  setFormat7(layouts: readonly Format7Layout[]): void {
    const [first] = layouts;
    if (first === undefined) return;
    this.#format7 = [first, ...layouts.slice(1)];
    this.#hasFormat7 = true;
    this.#adopt(first.layout);
    this.#number = this.#saved.findIndex((one) => isSameLayout(one, this.names));
    if (this.#number < 0) this.#number = this.#saved.push(this.names) - 1;
    this.#placements = [];
    this.#format7Placement = undefined;
  }

  #place({ dimensions, sketches, parts }: SavedLayout): Placement {
    const isSame = isSameLayout({ dimensions, sketches, parts }, this.names);
    return {
      isSame,
      dimensions: dimensions.map(({ id, depth }) =>
        this.#dimensions.findIndex((own) => own.id === id && own.depth === depth),
      ),
      sketches: sketches.map(({ name, fields }) => ({
        table: this.#tables.find(({ plan }) => plan.name === name && plan.fields === fields),
        fields,
      })),
      parts: parts.map((part) => (AGENT_PARTS as readonly string[]).indexOf(part)),
    };
  }
}

/** Exactly the tables that a memory was saved with. */
const layoutOfSaved = ({ dimensions, sketches }: SavedLayout) =>
  new Layout(
    dimensions,
    sketches.map((plan) => ({ ...plan, serial: DORMANT_SERIAL })),
  );
