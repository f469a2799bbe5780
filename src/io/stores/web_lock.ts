/**
 * What `work` gives, which nothing else of the same name does meanwhile in any tab of a site; other shared work may. A browser
 * without locks does it at once.
 */
export async function whileLocked<T>(name: string, mode: LockMode, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator;
  return locks ? locks.request(`saddlepoint/${name}`, { mode }, work) : work();
}

/** The lock of a store, held over all tabs of a site: what lets it go, or nothing where another one has it. */
export async function webLock(store: string): Promise<(() => Promise<void>) | undefined> {
  const { locks } = navigator;
  if (!locks) return async () => undefined;
  return new Promise((resolve, reject) => {
    const held: Promise<void> = locks.request(`saddlepoint/${store}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return resolve(undefined);
      await new Promise<void>((release) => {
        resolve(async () => {
          release();
          await held;
        });
      });
    });
    held.catch(reject);
  });
}
