/** Live pages make a training anew once for changes in quick succession, and cut short what nobody waits for. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTurns } from "../../../../apps/live/shared/turns.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page whose builds take as long as the test says. */
function page() {
  const log: string[] = [];
  const open: { signal: AbortSignal; done: () => void; fail: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  const turns = createTurns({
    pause: 400,
    outdated: () => log.push("outdated"),
    build: (signal) => {
      log.push("build");
      return new Promise<void>((resolve, reject) => {
        open.push({ signal, done: resolve, fail: reject });
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
    failed: (error) => failures.push(error),
  });
  return { turns, log, open, failures, builds: () => open.length };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("changes", () => {
  test("five in quick succession make one training, after the last", async () => {
    const { turns, log, builds } = page();
    for (let i = 0; i < 5; i++) {
      turns.afterChange();
      expect(log.at(-1)).toBe("outdated");
      await vi.advanceTimersByTimeAsync(399);
      expect(builds()).toBe(0);
    }
    await vi.advanceTimersByTimeAsync(1);
    expect(builds()).toBe(1);
    expect(log).toEqual(["outdated", "outdated", "outdated", "outdated", "outdated", "build"]);
  });

  test("cut short what is being made at once, and no one hears of its end", async () => {
    const { turns, open, failures, builds } = page();
    turns.rebuild();
    await settle();
    expect(builds()).toBe(1);
    turns.afterChange();
    expect(open[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(builds()).toBe(2);
    expect(open[1]?.signal.aborted).toBe(false);
    expect(failures).toEqual([]);
  });

  test("that come while others wait their turn leave nothing of those to do", async () => {
    const { turns, builds } = page();
    let finish = () => {};
    void turns.inTurn(() => new Promise((resolve) => (finish = resolve)));
    for (let i = 0; i < 3; i++) {
      turns.afterChange();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(builds()).toBe(0);
    finish();
    await settle();
    expect(builds()).toBe(1);
  });

  test("a reset does not wait, and takes the place of a change that does", async () => {
    const { turns, builds } = page();
    turns.afterChange();
    turns.rebuild();
    await settle();
    expect(builds()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(builds()).toBe(1);
  });

  test("after the end make nothing", async () => {
    const { turns, builds, open } = page();
    turns.rebuild();
    await settle();
    turns.afterChange();
    turns.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect(builds()).toBe(1);
    expect(open[0]?.signal.aborted).toBe(true);
  });
});

test("a failure is told, and what comes after has its turn", async () => {
  const { turns, open, failures } = page();
  turns.rebuild();
  await settle();
  open[0]?.fail("no such loss");
  await settle();
  expect(failures).toEqual(["no such loss"]);
  turns.rebuild();
  await settle();
  open[1]?.done();
  const order: number[] = [];
  turns.next(async () => void order.push(1));
  turns.next(async () => void order.push(2));
  await turns.inTurn(async () => void order.push(3));
  expect(order).toEqual([2, 3]);
});

test("the work before ends before a training is made anew: two never touch it at once", async () => {
  const { turns, log } = page();
  void turns.inTurn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    log.push("trained");
  });
  turns.rebuild();
  await vi.advanceTimersByTimeAsync(50);
  expect(log).toEqual(["outdated", "trained", "build"]);
});
