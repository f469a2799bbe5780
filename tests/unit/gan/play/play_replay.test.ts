/**
 * The replay of the Dirac-GAN that the GPU is held against gives the radii that are known from Mescheder's protocol (rate 0.2,
 * 500 steps from (1, 1), the generator first), to their last digit.
 */
import { describe, expect, test } from "vitest";
import {
  consensusPush,
  type DiracMethod,
  methods,
  replayDirac,
  schedules,
} from "../../../reference/games/dirac_replay.ts";

const steps = Array.from({ length: 500 }, () => ({ real: [0], fake: [0] }));
const radii = (method: Parameters<typeof replayDirac>[0]) =>
  schedules.map((schedule) => replayDirac(method, schedule, 0.2, steps));

/** Simultaneous, alternating, five steps of D. */
const known: Readonly<Partial<Record<DiracMethod, readonly string[]>>> = {
  GAN: ["3.10", "1.42", "1.85"],
  NSGAN: ["0.640", "0.284", "0.139"],
  WGAN: ["1.00", "1.02", "0.917"],
  "WGAN-GP": ["1.80", "1.22", "0.716"],
  "R1 0.3": ["0.0000026", "2.3e-7", "9e-34"],
  "R1 1": ["9.5e-22", "7e-17", "5e-12"],
  "NSGAN + R1": ["0.000002", "1.5e-7", "4e-34"],
  RpGAN: ["0.640", "0.271", "0.261"],
};

const significant = (text: string): number => text.replace(/e.*$/, "").replace(/^0\.0*|\./g, "").length;

describe("the replay ends at the known radius:", () => {
  test.each(Object.entries(known))("%s", (method, expected) => {
    const found = radii(method as DiracMethod).map((radius, i) => radius.toPrecision(significant(expected[i]!)));
    expect(found.map(Number)).toEqual(expected.map(Number));
  });

  test("RpGAN + R1 + R2, within one unit of the last digit", () => {
    const units = [1e-7, 1e-8, 1e-34];
    [3.3e-6, 2.6e-7, 9e-34].forEach((expected, i) => {
      expect(Math.abs(radii("RpGAN + R1 + R2")[i]! - expected)).toBeLessThan(units[i]!);
    });
  });

  test("consensus: the known numbers come of half of the term with f''; all of it does not converge with five steps of D", () => {
    expect(radii(consensusPush(0.5)).map((radius) => radius.toPrecision(1))).toEqual(["2e-10", "1e-11", "5e-33"]);
    const [simultaneous, alternating, fiveSteps] = radii("consensus");
    expect(simultaneous).toBeCloseTo(2.58e-10, 12);
    expect(alternating).toBeCloseTo(1.72e-11, 13);
    expect(fiveSteps).toBeCloseTo(10.97, 2);
  });

  test("without noise, instance noise is the plain game", () => {
    expect(radii("instance noise")).toEqual(radii("GAN").map((radius) => expect.closeTo(radius, 12)));
  });

  test("every method is among them", () => {
    expect(methods).toHaveLength(11);
  });
});
