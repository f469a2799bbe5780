/** What a live page keeps of a run beside the trainer's states: in the same file, and back, and what is refused. */
import { describe, expect, test } from "vitest";
import type { LoggedFinding } from "../../../../../apps/job/findings_log.ts";
import { filmOf, keptFilm } from "../../../../../apps/live/images/kept_film.ts";
import { readSetup as readImages } from "../../../../../apps/live/images/setup.ts";
import { defaultSetup, parseHash } from "../../../../../apps/live/ring/setup.ts";
import { Measured } from "../../../../../apps/live/shared/measured.ts";
import { joined } from "../../../../../apps/live/shared/saving/keepsakes.ts";
import { findingsOf } from "../../../../../apps/live/shared/saving/kept_findings.ts";
import { openRun, withNote } from "../../../../../apps/live/shared/saving/run_file.ts";
import { DataError, type gan } from "../../../../../src/index.ts";
import { writeCheckpoint } from "../../../../../src/public/extras/checkpoints.ts";

const snapshot: gan.Snapshot = {
  step: 25,
  configuration: { seed: "1" },
  controls: { generatorLearningRate: 1e-3 },
  states: [{ path: "p", dtype: "f32", shape: [2], bytes: Float32Array.of(1, 2).buffer }],
  telemetry: { columns: "", from: 25, bytes: new ArrayBuffer() },
  findings: [],
};

const finding: LoggedFinding = {
  ailment: "vanishing-generator-gradient",
  severity: "warning",
  site: "discriminator/logit",
  sinceStep: 3,
  message: "It vanishes.",
  evidence: { gain: -3, loss: "minimax" },
  remedies: [{ changes: [{ kind: "loss", name: "hinge" }], reason: "", text: "use hinge" }],
  firstStep: 3,
  lastSeenStep: 20,
  active: true,
};

/** 5,000 steps, so that rows have become sparse. */
function measuredRun(): Measured {
  const measured = new Measured((column) => column === "gradient/a/rms");
  const names = ["loss/generator", "loss/discriminator", "gradient/a/rms"];
  measured.take({
    ...{ step: 5000, losses: { generator: 0.5, discriminator: 1 }, deviceLosses: 0, stepsPerSecond: 1, secondsLeft: 0 },
    findings: [],
    episodes: [],
    telemetry: {
      columns: names.map((name, offset) => ({ name, offset, size: 1 })),
      rows: Array.from({ length: 5000 }, (_, step) => ({ step, values: Float32Array.of(step / 3, 1, 2) })),
    },
  });
  measured.findings.restore([finding]);
  return measured;
}

const film = [10, 100].map((step) => ({
  step,
  images: { shape: [2, 2, 2, 1], values: Float32Array.from({ length: 8 }, (_, i) => step + i) },
}));

const ring = { page: "ring", readSetup: parseHash };
const note = { page: "ring", setup: new URLSearchParams({ loss: "hinge", generatorRate: "0.00126" }).toString() };
const none = { texts: {}, arrays: new Map() };

describe("a run in a file", () => {
  test("has the settings, the step and the time", async () => {
    const before = Date.now();
    const { setup, step, savedAt, ownData, restore } = await openRun(
      await writeCheckpoint(withNote(snapshot, { ...note, ownData: "“cats”" }, none)),
      ring,
    );
    expect(setup).toEqual({ ...defaultSetup, loss: "hinge", generatorRate: 0.00126 });
    expect([step, ownData]).toEqual([25, "“cats”"]);
    expect(savedAt.getTime()).toBeGreaterThanOrEqual(before);
    const restored: gan.Snapshot[] = [];
    restore({ restore: (given: gan.Snapshot) => restored.push(given) } as unknown as gan.Trainer);
    expect(restored[0]?.states.find(({ path }) => path === "p")?.bytes).toEqual(Float32Array.of(1, 2).buffer);
    expect(restored[0]?.configuration["seed"]).toBe("1");
  });

  test("has curves, findings and pictures, which go on from there", async () => {
    const measured = measuredRun();
    const file = await writeCheckpoint(withNote(snapshot, note, joined(measured.keepsakes, keptFilm(film))));
    const { keepsakes } = await openRun(file, ring);
    const again = new Measured(measured.isShown);
    again.restore(keepsakes);
    expect(again.history.series("loss/generator")[0]).toMatchObject({ from: 0, to: 3, count: 4, maximum: 1 });
    expect(again.history.save()).toEqual(measured.history.save());
    expect(again.gradients).toEqual(["gradient/a/rms"]);
    expect(again.losses).toEqual(measured.losses);
    expect(again.findings.all).toEqual([finding]);
    expect(filmOf(keepsakes, [2, 2, 2, 1])).toEqual(film);
    expect(filmOf(keepsakes, [2, 3, 3, 1])).toEqual([]);
  });

  test("of a damaged, foreign or other page's file is refused with a sentence", async () => {
    const file = await writeCheckpoint(withNote(snapshot, note, none));
    const refused = (bytes: Uint8Array, page = ring) => expect(openRun(bytes, page)).rejects.toThrow(DataError);
    const saying = (bytes: Uint8Array, words: RegExp) => expect(openRun(bytes, ring)).rejects.toThrow(words);
    await refused(file.slice(0, -1));
    await saying(file.slice(0, -1), /^This is no run that was saved here, or it is damaged: .+/);
    const changed = file.slice();
    changed[changed.length - 1] = 1 + (changed.at(-1) ?? 0);
    await saying(changed, /damaged: .*hash/);
    await saying(new TextEncoder().encode("<html>"), /^This is no run that was saved here/);
    await saying(new Uint8Array(), /^This is no run that was saved here/);
    await saying(await writeCheckpoint(snapshot), /^This is a checkpoint of a program, .*gan\.Trainer\.load\(\)\.$/);
    const ofImages = await writeCheckpoint(withNote(snapshot, { ...note, page: "images" }, none));
    await saying(ofImages, /^This run is of the page "images"; open it there\.$/);
    const later = await writeCheckpoint(withNote(snapshot, { ...note, setup: "loss=tomorrow&kind=9" }, none));
    await saying(later, /does not know, of another version: loss=tomorrow, kind=9\.$/);
    for (const page of ['{"page":5}', "[", "null", '"ring"']) {
      const odd = await writeCheckpoint({ ...snapshot, configuration: { page } });
      await saying(odd, /checkpoint of a program/);
    }
  });
});

test("settings of a run may be of the user's own images, those of an address may not", () => {
  expect(readImages("data=own&colours=grey")).toMatchObject({ setup: { data: "own", colours: "grey" }, ignored: [] });
});

test("of findings that anyone may have written, only findings are taken", () => {
  const { remedies: _, ...cut } = finding;
  const odd = [null, 5, {}, cut, { ...finding, severity: "<b>" }, { ...finding, remedies: [{ changes: [{}] }] }];
  expect(findingsOf([finding, ...odd])).toEqual([finding]);
  expect(findingsOf({ length: 1 })).toEqual([]);
});
