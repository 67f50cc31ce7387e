/** How often others could run while something was done: whoever holds the process up lets nobody run in between. */
export async function othersDuring(work: () => Promise<unknown>): Promise<number> {
  let times = 0;
  let next: NodeJS.Immediate;
  const other = () => {
    times++;
    next = setImmediate(other);
  };
  next = setImmediate(other);
  try {
    await work();
  } finally {
    clearImmediate(next);
  }
  return times;
}
