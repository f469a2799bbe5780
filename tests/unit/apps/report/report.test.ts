import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { groupColumns, parseColumn, watched } from "../../../../apps/report/probe_groups.ts";
import { headline, renderReport } from "../../../../apps/report/report.ts";
import type { RunReport } from "../../../../apps/report/run_report.ts";
import { picturesIn } from "../../io/decode_png.ts";
import { brokenNumbers, fullRun, imageRun, textsOf } from "../fixtures.ts";

// Vitest hands over stylesheets as empty text, so the tests read it themselves.
const styleSheet = readFileSync(new URL("../../../../apps/shared/style.css", import.meta.url), "utf8");
const render = (run: RunReport) => renderReport(run, styleSheet);

/** The text of the file without its style, its script and its tags. */
function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

describe("the headline", () => {
  test("says the result in words and numbers", () => {
    expect(headline(fullRun())).toBe(
      "7 of 8 modes (1 % rule), 91 % high-quality samples, seed 1, 5,000 steps in 43 s on SwiftShader (software)",
    );
  });

  test("leaves out what was not measured", () => {
    const { metrics: _, ...run } = fullRun();
    expect(headline(run)).toBe("seed 1, 5,000 steps in 43 s on SwiftShader (software)");
  });
});

describe("a report", () => {
  test("has every section", async () => {
    const html = await render(fullRun());
    const headings = [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map((match) => match[1]);
    expect(headings).toEqual(["Findings", "Samples", "Training", "Probes", "Histograms", "Configuration", "Engine"]);
    const plots = [...html.matchAll(/<title>([^<]*)<\/title><desc>/g)].map((match) => match[1]);
    expect(plots).toEqual([
      "Generated (4 points)",
      "Real (3 points)",
      "Samples per mode",
      "Losses",
      "Modes with at least 1 % of the samples",
      "High-quality samples",
      "Loss gain",
      "Gradient flow: generator",
      "Gradient flow: discriminator",
      "Exact zeros in the gradient: generator",
      "Saturated units: generator",
      "Dead units: generator",
      "Update ratio: generator",
      "Brand new: wobble: generator",
      "Exponents of the gradient: generator/0/linear",
    ]);
  });

  test("allows its own scripts and nothing else", async () => {
    const html = await render({ ...fullRun(), title: "<script>alert(1)</script>" });
    const policy = /<meta http-equiv="content-security-policy" content="([^"]*)">/.exec(html)?.[1] ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^;]*; /);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    const scripts = [...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, text]) => text as string);
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      expect(policy).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    }
    // It comes before anything that it is about, and no attribute holds a script, which no hash could allow.
    expect(html.indexOf("content-security-policy")).toBeLessThan(html.indexOf("<style"));
    expect(html).not.toMatch(/<[^>]*\son[a-z]+=/);
  });

  test("shows a finding with its place, step, evidence and remedies in order", async () => {
    const text = textOf(await render(fullRun()));
    expect(text).toMatch(/F1 serious Vanishing generator gradient at discriminator\/logit since step 310/);
    expect(text).toMatch(/median gain 1.2 × 10⁻⁷ form minimax/);
    expect(text).toMatch(/Use the non-saturating loss Add instance noise/);
  });

  test("says plainly that nothing was found, and what was watched", async () => {
    const text = textOf(await render({ ...fullRun(), findings: [] }));
    expect(text).toContain("Nothing was found in 5,000 steps. Watched were: loss gain; gradient flow at 2 sites;");
  });

  test("does not claim to have watched without probes", async () => {
    const html = await render({ ...fullRun(), findings: [], probes: { steps: [], columns: {} } });
    expect(textOf(html)).toContain("No probe was recorded, so nothing could be found.");
    expect(html).not.toContain("<h2>Probes</h2>");
  });

  test("needs no other file and makes no request", async () => {
    const html = await render(fullRun());
    expect(html).toContain("--series-1: light-dark(");
    expect(html).not.toMatch(/https?:|\/\/[a-z]|@import|url\(|<link|<img|\ssrc=|fetch\(/i);
    for (const [, address] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^data:/);
  });

  test("has only numbers in its plots, whatever the run's values are", async () => {
    expect(brokenNumbers(await render(fullRun()))).toEqual([]);
  });

  test("escapes all text of the run", async () => {
    const evil = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
    const poison = (value: unknown): unknown => {
      if (typeof value === "string") return ["serious", "points"].includes(value) ? value : evil;
      if (Array.isArray(value)) return value.map(poison);
      if (typeof value !== "object" || value === null) return value;
      // Names of columns, options and counters come from outside as much as texts do.
      const open = ["config", "series", "columns", "evidence", "stats"];
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          open.includes(key)
            ? Object.fromEntries(Object.entries(inner).map(([name, part]) => [`${name}${evil}`, poison(part)]))
            : poison(inner),
        ]),
      );
    };
    const html = await render(poison(fullRun()) as RunReport);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<img|onerror=alert\(1\)>/);
    expect(html).not.toContain(evil);
  });

  test("survives its own JSON, in which NaN is null", async () => {
    const run = fullRun();
    const broken = run.losses.series.generator!.map((loss, index) => (index > 10 ? Number.NaN : loss));
    const saved = JSON.stringify({ ...run, losses: { ...run.losses, series: { generator: broken } } });
    const html = await render(JSON.parse(saved) as RunReport);
    expect(textOf(html)).toContain("The generator loss is not a finite number from step 550 on.");
    expect(brokenNumbers(html)).toEqual([]);
  });

  test("shows images beside real ones", async () => {
    const images = Array.from({ length: 4 * 9 }, (_, index) => Math.sin(index));
    const html = await render({ ...fullRun(), samples: { kind: "images", images, real: images, shape: [4, 3, 3, 1] } });
    expect(html.match(/href="data:image\/png;base64,/g)).toHaveLength(2);
    expect(textOf(html)).toContain("Real images (4)");
  });

  test("shows many sites as a heat strip, with every site's name", async () => {
    const { steps } = fullRun().probes;
    const columns = Object.fromEntries(
      Array.from({ length: 30 }, (_, layer) => [`gradient/generator/${layer}/tanh/rms`, steps.map(() => 10 ** -layer)]),
    );
    const html = await render({ ...fullRun(), probes: { steps, columns } });
    for (const site of ["0/tanh", "29/tanh"]) expect(html).toContain(`>${site}</text>`);
    expect(brokenNumbers(html)).toEqual([]);
  });

  test("is made from a run without any data too", async () => {
    const { metrics: _, samples: __, ...run } = fullRun();
    const empty = { losses: { steps: [], series: {} }, probes: { steps: [], columns: {} }, config: {}, stats: {} };
    const html = await render({ ...run, ...empty, findings: [] });
    expect(brokenNumbers(html)).toEqual([]);
  });
});

describe("a report of images", () => {
  test("shows samples, the film strip, neighbours, walks, metrics and histograms", async () => {
    const html = await render(imageRun());
    const plots = [...html.matchAll(/<title>([^<]*)<\/title><desc>/g)].map((match) => match[1]);
    expect(plots.slice(0, plots.indexOf("Loss gain"))).toEqual([
      "Generated images (4)",
      "Real images (4)",
      "Samples and the nearest training images (6 pairs)",
      "The same latent vectors over the training",
      "Between latent vectors",
      "Losses",
      "Fréchet distance",
      "Precision and recall",
      "Classes covered",
      "Classes of samples",
    ]);
    expect(brokenNumbers(html)).toEqual([]);
  });

  test("names the steps of the film strip, and the distances of neighbours", async () => {
    const texts = textsOf(await render(imageRun()));
    expect(texts).toEqual(expect.arrayContaining(["step", "100", "2,000", "0.25", "5"]));
  });

  test("has every picture at its size", async () => {
    const sizes = picturesIn(await render(imageRun())).map((rows) => [rows.length, rows[0]!.length]);
    const [grid, pairs, strip, walk] = [
      [5, 5],
      [2, 4 * 4 + 3 * 2],
      [2, 8],
      [2, 14],
    ];
    expect(sizes).toEqual([grid, grid, pairs, pairs, strip, strip, walk, walk]);
  });

  test("keeps at most ten steps of a long film strip, with the first and the last", async () => {
    const { filmStrip, ...run } = imageRun();
    const steps = Array.from({ length: 50 }, (_, i) => 7000 + i);
    const html = await render({
      ...run,
      filmStrip: { ...filmStrip!, steps, rows: steps.map(() => [0, 1, 0, 1].flatMap((v) => [v, v, v])) },
    });
    const shown = textsOf(html).filter((text) => /^7,0\d\d$/.test(text));
    expect(shown).toHaveLength(10);
    expect([shown[0], shown.at(-1)]).toEqual(["7,000", "7,049"]);
  });

  test("draws an interval as a band, and says the last values to readers who can't see them", async () => {
    const html = await render(imageRun());
    expect(html).toContain("lower is better: Fréchet distance 4.5 (4 to 5) at the end.");
    expect(html).toContain("higher is better: Classes covered 2 at the end.");
    expect(html).toContain("cat 98 (data 50), dog 2 (data 50)");
    expect(html.match(/fill-opacity="0.2"/g)?.length).toBeGreaterThanOrEqual(2);
  });

  test("begins with the metrics that tell the most, where they are finite", async () => {
    expect(headline(imageRun())).toMatch(/^Fréchet distance 4.5, Recall 0.75, seed 1/);
    expect(textOf(await render(imageRun()))).toContain("Fréchet distance (interval 4 to 5)");
  });
});

describe("the plots of telemetry", () => {
  const titles = async (columns: Record<string, (number | null)[]>) => {
    const html = await render({ ...fullRun(), probes: { steps: [0, 1], columns } });
    const probes = html.slice(html.indexOf("<h2>Probes</h2>"));
    return [...probes.matchAll(/<title>([^<]*)<\/title><desc>/g)].map((match) => match[1]);
  };

  test("show counts of faults only where there are some", async () => {
    const columns = { "nonFinite/generator/0/value": [0, 0], "nonFinite/generator/1/value": [0, null] };
    expect(await titles({ "nonFinite/generator/0/value": [0, 0], "balance/accuracyReal": [1, 1] })).toEqual([
      "Discriminator&#39;s accuracy",
    ]);
    expect(await titles(columns)).toEqual(["Infinite or NaN values: generator"]);
  });

  test("leave out losses that have a plot already", async () => {
    expect(await titles({ "loss/generator": [0, 1], "loss/other": [0, 1] })).toEqual(["Loss: other"]);
  });

  test("read the discriminator's own gradient like the generator's", async () => {
    expect(await titles({ "discriminatorGradient/discriminator/0/rms": [0.1, 1] })).toEqual([
      "Gradient flow of the discriminator&#39;s loss: discriminator",
    ]);
  });
});

describe("probe columns", () => {
  test.each([
    ["lossGain/medianLog10", "lossGain", "", "medianLog10", undefined],
    ["gradient/generator/0/linear/rms", "gradient", "generator/0/linear", "rms", undefined],
    ["gradient/discriminator/logit/exponents/31", "gradient", "discriminator/logit", "exponents", 31],
    ["update/generator/0/weight", "update", "generator/0/weight", "ratio", undefined],
    ["latentSensitivity", "latentSensitivity", "", "", undefined],
  ])("reads %s", (name, probe, site, measure, bin) => {
    expect(parseColumn(name)).toEqual({ probe, site, measure, bin });
  });

  test("groups a probe that nobody has heard of by its measure", () => {
    const { lines, histograms } = groupColumns({ "new/a/b/size": [1], "new/c/d/size": [2], "new/a/b/bins/1": [3] });
    expect(lines.map(({ measure, sites }) => [measure, sites.map(({ site }) => site)])).toEqual([
      ["size", ["a/b", "c/d"]],
    ]);
    expect(histograms.map(({ site, bins }) => [site, bins])).toEqual([["a/b", [undefined, [3]]]]);
  });

  test("names what they watched", () => {
    expect(watched({ "lossGain/mean": [], "gradient/a/rms": [], "gradient/b/rms": [], "gradient/b/max": [] })).toEqual([
      "loss gain",
      "gradient flow at 2 sites",
    ]);
  });
});
