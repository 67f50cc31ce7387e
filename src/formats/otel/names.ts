/** Names of attributes: which of them are read, and where the values of those stand in the spans that have the same names. */

/** Names that are remembered with what followed them, at the most; longer ones are not. Libraries know some hundred. */
const STEPS_MAX = 16_384;
const NAME_CHARS = 128;

/**
 * What libraries write in great number and no rule reads: what was said, what it cost, where in the source it happened. It is a
 * third of all attributes, and a trace that waits would be that much larger.
 */
const UNREAD =
  /^(?:llm\.(?:(?:input|output)_messages|token_count|usage|invocation_parameters|prompts|completions|finish_reason|cost)|gen_ai\.(?:usage|cost|(?:input|output)\.messages|response\.(?:id|finish_reasons)|prompt\.\d+|completion|token)|output\.|input\.mime_type|code\.(?!function\.parameters\.)|logfire\.(?!msg_template$)|thread\.(?!id$)|telemetry\.|mlflow\.spanOutputs|agentops\.entity\.output|braintrust\.output|ai\.(?:usage|response|settings)|server\.port$|jsonrpc\.request)/;
/** The tools of an agent stand in each of its calls of a model. */
const SHARED =
  /^(?:llm\.tools\.\d+\.tool\.json_schema|gen_ai\.tool\.definitions|gen_ai\.agent\.tools|ai\.prompt\.tools|tools)$/;

let lists = 0;

/** Names under which one thing may stand, most telling first. Made once, when the program is loaded: each shape remembers what it has of them. */
export class Names {
  readonly list: readonly string[];
  readonly number = lists++;
  constructor(...list: readonly string[]) {
    this.list = list;
  }
}

/** One name after those before it. */
export interface Step {
  readonly name: string;
  /** The names so far, with this one. */
  readonly to: Shape;
  /** Where its value stands; -1 where nobody reads it. */
  readonly place: number;
  /** Its text is mostly that of another span. */
  readonly isShared: boolean;
  /** The step that was taken after this one last, which is the likeliest now. */
  next: Step | undefined;
}

const NOWHERE: readonly number[] = [];

/**
 * The names that are read of some attributes, in their order. Spans of one library have the same ones, so that they share one shape: what
 * a span lacks is then known without looking for it.
 */
export class Shape {
  readonly names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  /** Made when the first of them is taken: most shapes are only passed through. */
  #steps: Map<string, Step> | undefined;
  readonly #found: (readonly number[] | undefined)[] = [];
  constructor(names: readonly string[]) {
    this.names = names;
    this.#places = new Map(names.map((name, place) => [name, place]));
  }

  /** Where the value of a name stands; undefined where there is none. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** Where the values of those of the names that there are stand. */
  placesOf({ list, number }: Names): readonly number[] {
    let found = this.#found[number];
    if (found === undefined) {
      const places = list.map((name) => this.#places.get(name)).filter((place) => place !== undefined);
      found = places.length === 0 ? NOWHERE : places;
      this.#found[number] = found;
    }
    return found;
  }

  step(name: string): Step {
    let step = this.#steps?.get(name);
    if (step !== undefined) return step;
    const known = this.#places.get(name);
    const place = known ?? (UNREAD.test(name) ? -1 : this.names.length);
    const to = place === this.names.length ? new Shape([...this.names, name]) : this;
    step = { name, to, place, isShared: SHARED.test(name), next: undefined };
    if (!isRemembered(name)) return step;
    this.#steps ??= new Map();
    this.#steps.set(name, step);
    return step;
  }
}

let taken = 0;
let root = new Shape([]);

/** Names from outside are without end. When too many were met, remembering starts again; what holds a shape keeps it. */
function isRemembered(name: string): boolean {
  if (name.length > NAME_CHARS) return false;
  if (++taken > STEPS_MAX) {
    taken = 0;
    root = new Shape([]);
  }
  return true;
}

/** The shape without names, from which every other is reached. */
export const emptyShape = (): Shape => root;
