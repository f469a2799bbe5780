/** Schedules as a person would write them. */
import { expect, test } from "vitest";
import { planPlaces } from "../../../src/compile/places/places.ts";
import { printSchedule } from "../../../src/compile/places/print_schedule.ts";
import { schedule } from "../../../src/compile/schedule/schedule.ts";
import { fakeState, leaf, output, update } from "./graphs.ts";

test("a schedule prints its dispatches with their clusters, what is stored and where", () => {
  const [x, w] = [leaf("x", [8, 16]), leaf("w", [16, 4])];
  const { state, value } = fakeState("theta", [8, 4]);
  const y = x.matmul(w).add(value).tanh();
  const sinks = [output(y.matmul(leaf("v", [4, 4]))), update(state, value.mul(0.9).add(y.mul(0.1)))];
  const scheduled = schedule(sinks, { maxBindings: 8, fuse: true });
  const { locate } = planPlaces(scheduled, { isHalf: () => false, maxArenaBytes: undefined });
  expect(printSchedule(scheduled, locate)).toMatchInlineSnapshot(`
    "%0 = input("x") f32[8,16]
    %1 = input("w") f32[16,4]
    %3 = state("theta") f32[8,4]
    %6 = input("v") f32[4,4]
    dispatch 0
      gemm [32]
        %2 = matmul(%0, %1) f32[8,4]
        %4 = add(%2, %3) f32[8,4]
        %5 = tanh(%4) f32[8,4] -> arena 0
        %8 = mul(%3, 0.8999999761581421[8,4]) f32[8,4]
        %9 = mul(%5, 0.10000000149011612[8,4]) f32[8,4]
        %10 = add(%8, %9) f32[8,4] -> state "theta"
    dispatch 1
      gemm [32]
        %7 = matmul(%5, %6) f32[8,4] -> output 0"
  `);
});
