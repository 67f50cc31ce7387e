/** Keeps the latest answers of a pure function of a text; when full it starts again. */
export function remembered<T>(ask: (text: string) => T): (text: string) => T {
  let answers = new Map<string, T>();
  let last: string | undefined;
  let lastAnswer: T;
  return (text) => {
    if (text === last) return lastAnswer;
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = ask(text);
      if (answers.size >= REMEMBERED) answers = new Map();
      answers.set(text, answer);
    }
    last = text;
    lastAnswer = answer;
    return answer;
  };
}
/** Answers kept of one question. It moves no alert. */
const REMEMBERED = 1 << 14;
