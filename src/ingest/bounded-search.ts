/** Evaluates JMESPath with an end: an expression that is harmless on one record may take for ever on one that somebody made for it. */
import { type compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';

type Expression = ReturnType<typeof compile>;
type Interpreter = typeof TreeInterpreter;

/**
 * Steps that all expressions together may take on one record; a step looks at one value, and at a part of a long one. A tenth of a million
 * take some 20 ms. Half: long lists in honest records are dead letters; double: a record made for it holds the process twice as long.
 */
const STEPS_MAX = 100_000;
/** Elements of a list, and characters of a text, that count as a step: functions go over them without being seen. */
const ELEMENTS = 8;
const CHARACTERS = 64;

/** More steps than a record may take. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

export interface BoundedSearch {
  /** From here on another record is looked at. */
  renew(): void;
  /** What an expression finds; throws TooManySteps, or what the library throws where a function is given what it does not take. */
  search(expression: Expression, record: unknown): unknown;
}

const sizeOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.length / ELEMENTS;
  return typeof value === 'string' ? value.length / CHARACTERS : 0;
};

export function createBoundedSearch(stepsMax = STEPS_MAX): BoundedSearch {
  let steps = 0;
  /** Counts on the instance itself, which the functions of the library call back. */
  function counted(interpreter: Interpreter): Interpreter {
    const visit = interpreter.visit.bind(interpreter);
    const withScope = interpreter.withScope.bind(interpreter);
    interpreter.visit = (node, value) => {
      if (++steps > stepsMax) throw new TooManySteps();
      const found = visit(node, value);
      steps += sizeOf(found);
      return found;
    };
    interpreter.withScope = (scope) => counted(withScope(scope));
    return interpreter;
  }
  const own = counted(new (TreeInterpreter.constructor as new () => Interpreter)());
  return {
    renew() {
      steps = 0;
    },
    search: (expression, record) => own.search(expression, record as JSONValue),
  };
}
