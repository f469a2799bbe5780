/** Two games of two numbers, by the library's losses, penalties, optimisers and rules of play: where the players end is known. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Certificate } from "../../../apps/certificates/certificate.ts";
import { bilinearRuns, certifyBilinear } from "../../../apps/certificates/games/bilinear.ts";
import { certifyDirac } from "../../../apps/certificates/games/dirac_certificates.ts";
import { methods, schedules } from "../../../apps/certificates/games/dirac_replay.ts";
import { Engine } from "../../../src/engine/engine.ts";

let engine: Engine;
let certificates: ReadonlyMap<string, Certificate>;
beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
  const all = [...(await certifyBilinear(engine)), ...(await certifyDirac(engine))];
  certificates = new Map(all.map((certificate) => [certificate.name, certificate]));
});
afterAll(() => engine.destroy());

function expectPassed(name: string): void {
  const { expected, found, error, tolerance } = certificates.get(name) as Certificate;
  expect(error, `${found} instead of ${expected}`).toBeLessThanOrEqual(tolerance);
}

describe("the bilinear game ends at its radius:", () => {
  test.each(Object.keys(bilinearRuns))("%s", expectPassed);

  test("an overflow is said, not hidden", () => {
    expect(certificates.get("simultaneous, momentum 0.9")).toMatchObject({ found: "overflow", expected: "overflow" });
  });
});

describe("the Dirac-GAN agrees with its replay in float64:", () => {
  test.each(methods.flatMap((method) => schedules.map((schedule) => `${method}, ${schedule}`)))("%s", expectPassed);

  test.each(schedules)("instance noise comes down to the floor of its sampling: %s", (schedule) => {
    expect(Number(certificates.get(`instance noise, ${schedule}`)?.found)).toBeLessThan(3e-2);
  });
});
