/** Loaded into each worker before anything else: its clock is wrong by the ms in the file `clock` of its folder, none where there is no file. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 100;
const Right = Date;
let wrongByMs = 0;

function look() {
  try {
    wrongByMs = Number(readFileSync('clock', 'utf8'));
  } catch {
    wrongByMs = 0;
  }
}
look();
setInterval(look, LOOK_MS).unref();

const now = () => Right.now() + wrongByMs;
globalThis.Date = new Proxy(Right, {
  construct: (target, given, called) =>
    given.length > 0 ? Reflect.construct(target, given, called) : new Right(now()),
  apply: () => new Right(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
