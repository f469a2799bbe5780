/** What timers of the platform hold; a longer wait would be none. */
const longestMilliseconds = 2 ** 31 - 1;

/** Calls `work` again and again, `seconds` apart, however long that is, until the function that it gives is called. */
export function repeatEvery(seconds: number, work: () => void): () => void {
  // A number in a page; in Node an object, for which the process would wait otherwise.
  let timer: ReturnType<typeof setTimeout>;
  const wait = (left: number) => {
    const part = Math.min(left, longestMilliseconds);
    timer = setTimeout(() => {
      if (left > part) return wait(left - part);
      wait(1000 * seconds);
      work();
    }, part);
    Object(timer).unref?.();
  };
  wait(1000 * seconds);
  return () => clearTimeout(timer);
}
