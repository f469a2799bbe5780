/**
 * Waits for a task, but no longer than until the signal says so: it then rejects with the signal's reason, and what the task
 * makes is nobody's. For work that has no end of its own, such as a driver that compiles.
 */
export async function untilAborted<Value>(signal: AbortSignal | undefined, task: Promise<Value>): Promise<Value> {
  if (!signal) return task;
  task.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
