/** Schedules as a person would write them. */
import { expect, test } from "vitest";
import { planMemory } from "../../../src/compile/memory/memory.ts";
import { printSchedule } from "../../../src/compile/memory/print_schedule.ts";
import { schedule } from "../../../src/compile/schedule/schedule.ts";
import { fakeState, leaf, output, update } from "./graphs.ts";

test("a schedule prints its dispatches with their clusters, what is stored and where", () => {
  const [x, w] = [leaf("x", [8, 16]), leaf("w", [16, 4])];
  const { state, value } = fakeState("theta", [8, 4]);
  const y = x.matmul(w).add(value).tanh();
  const sinks = [output(y.matmul(leaf("v", [4, 4]))), update(state, value.mul(0.9).add(y.mul(0.1)))];
  const scheduled = schedule(sinks, { maxBindings: 8, fuse: true });
  const { locate } = planMemory(scheduled, { isHalf: () => false, maxArenaBytes: undefined });
  expect(printSchedule(scheduled, locate)).toMatchInlineSnapshot();
});
