/** Probes state their columns: what they measure is held to them by the compiler, and once more where it is recorded. */
import { describe, expect, test } from "vitest";
import type { TappedSite } from "../../../src/autodiff/gradients.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { balance } from "../../../src/probes/balance.ts";
import { diagnosisOf, extraDiagnosis, type RunExaminer } from "../../../src/probes/diagnosis/diagnosis.ts";
import { assertRules } from "../../../src/probes/diagnosis/examine.ts";
import { Examiner } from "../../../src/probes/diagnosis/examiner.ts";
import { gradientFlow } from "../../../src/probes/gradient_flow.ts";
import { lossGain } from "../../../src/probes/loss_gain.ts";
import { defineProbe } from "../../../src/probes/probe.ts";
import { share } from "../../../src/probes/probe_values.ts";
import { recordSites } from "../../../src/probes/record_sites.ts";
import type { Rule } from "../../../src/probes/rules/rule.ts";
import { activationSaturation } from "../../../src/probes/saturation.ts";
import { assertSiteProbes, defineSiteProbe, type SiteProbe } from "../../../src/probes/site_probe.ts";
import { TelemetryLayout } from "../../../src/probes/telemetry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

const batch = Tensor.full([4, 1], 0.5);
const engine = {} as unknown as Engine;

const site = (name: string, isActivation = false): TappedSite => ({
  name,
  value: Tensor.full([4, 3], 1).node,
  cotangent: Tensor.full([4, 3], 2).node,
  derivative: isActivation ? Tensor.full([4, 3], 1).node : undefined,
});
/** In backward order. */
const sites = [site("discriminator/0/relu", true), site("generator/0/linear")];

const signs = defineSiteProbe({
  name: "signs",
  columns: { positive: 1, corner: 2 },
  measure: ({ name, cotangent }) =>
    name.startsWith("generator/")
      ? { positive: share(cotangent.greater(0)), corner: cotangent.slice([0, 0], [1, 2]) }
      : undefined,
});

function columnsOf(player: string, own: readonly SiteProbe[] = [], isScaled = false): string[] {
  const layout = new TelemetryLayout();
  const unscaled = isScaled ? (gradient: Tensor) => gradient.div(8) : undefined;
  recordSites(layout, { engine, player, sites, unscaled, isExact: true }, own);
  return layout.columns.map(({ name, size }) => (size === 1 ? name : `${name} x ${size}`));
}

describe("a probe", () => {
  const margin = defineProbe({
    name: "margin",
    columns: { mean: 1 },
    measure: (real: Tensor, fake: Tensor) => ({ mean: real.sub(fake).mean() }),
  });

  test("is called as a function, and has its name and its columns", () => {
    expect(margin.name).toBe("margin");
    expect(margin.columns).toEqual({ mean: 1 });
    expect(margin(batch, batch).mean.shape).toEqual([]);
    expect(Object.keys(margin.measure(batch, batch))).toEqual(["mean"]);
  });

  test.each([
    [balance, balance(batch, batch)],
    [lossGain, lossGain(batch, batch)],
    [activationSaturation, activationSaturation(batch)],
  ])("of the library measures what it states: $name", (probe, values) => {
    const sizes = Object.entries<Tensor>(values).map(([name, { size }]) => [name, size]);
    expect(Object.fromEntries(sizes)).toEqual(probe.columns);
  });

  test("called with a cotangent, gradient flow counts what is not finite, too", () => {
    expect(Object.keys(gradientFlow(batch)).toSorted()).toEqual(
      [...Object.keys(gradientFlow.columns), "nonFinite"].toSorted(),
    );
  });

  test("that measures other columns than it states does not compile", () => {
    // @ts-expect-error: a column is missing
    defineProbe({ name: "a", columns: { mean: 1, max: 1 }, measure: (x: Tensor) => ({ mean: x.mean() }) });
    // @ts-expect-error: a column is not stated
    defineProbe({ name: "a", columns: { mean: 1 }, measure: (x: Tensor) => ({ mean: x.mean(), max: x.max() }) });
    // @ts-expect-error: a column has another name
    defineSiteProbe({ name: "a", columns: { mean: 1 }, measure: ({ value }) => ({ average: value.mean() }) });
    // @ts-expect-error: a column is not stated
    defineSiteProbe({ name: "a", columns: { mean: 1 }, measure: ({ value: x }) => ({ mean: x.mean(), max: x.max() }) });
    // @ts-expect-error: there is no such part of a site
    defineSiteProbe({ name: "a", columns: { mean: 1 }, measure: ({ output }) => ({ mean: output.mean() }) });
    const flow = gradientFlow(batch);
    // @ts-expect-error: there is no such column
    expect(flow.median).toBeUndefined();
  });

  test.each([
    [{ name: "", columns: { a: 1 } }, 'the name of the probe is ""'],
    [{ name: "a/b", columns: { a: 1 } }, 'the name of the probe is "a/b"'],
    [
      { name: "a", columns: {} },
      'the probe "a": columns is an object; give an object with the number of elements of each',
    ],
    [{ name: "a", columns: { mean: 0 } }, 'the probe "a": columns is an object; give'],
  ])("%j is refused", (given, sentence) => {
    expect(() => defineSiteProbe({ ...given, measure: () => undefined })).toThrow(sentence);
  });
});

describe("the sites of a backward pass", () => {
  const flow = (site: string) => ["rms", "max", "zeros", "exponents x 32"].map((name) => `radient/${site}/${name}`);

  test("give the generator's columns: values forward, gradients backward, slopes, and then those of probes of one's own", () => {
    const ofFlow = (site: string) => flow(site).map((name) => `g${name}`);
    expect(columnsOf("generator", [signs])).toEqual([
      "nonFinite/generator/0/linear/value",
      "nonFinite/discriminator/0/relu/value",
      "nonFinite/discriminator/0/relu/gradient",
      ...ofFlow("discriminator/0/relu"),
      "nonFinite/generator/0/linear/gradient",
      ...ofFlow("generator/0/linear"),
      "saturation/discriminator/0/relu/saturated",
      "saturation/discriminator/0/relu/dead",
      "signs/generator/0/linear/positive",
      "signs/generator/0/linear/corner x 2",
    ]);
  });

  test("give other players' under their names", () => {
    const names = columnsOf("discriminator", [signs]);
    expect(names.filter((name) => /^discriminator(Gradient|NonFinite|Signs)\//.test(name))).toEqual(names);
    expect(names).toContain("discriminatorSigns/generator/0/linear/positive");
    expect(columnsOf("critic").map((name) => name.split("/")[0])).toEqual(
      columnsOf("generator").map((name) => `critic${name.charAt(0).toUpperCase()}${name.slice(1).split("/")[0]}`),
    );
  });

  test("tell of underflow where a loss scale multiplies them, each player in a column of its own", () => {
    const isNew = (player: string) => (name: string) => !columnsOf(player).includes(name);
    expect(columnsOf("generator", [], true).filter(isNew("generator"))).toEqual([
      "underflow/discriminator/0/relu/generator",
      "underflow/generator/0/linear/generator",
    ]);
    expect(columnsOf("discriminator", [], true).indexOf("underflow/discriminator/0/relu/discriminator")).toBe(2);
  });

  test("refuse what a probe without types measures", () => {
    const measured = (values: object) => () =>
      columnsOf("generator", [{ name: "wrong", columns: { mean: 1 }, measure: () => ({ ...values }) }]);
    expect(measured({})).toThrow('The probe "wrong": mean is undefined; give a tensor.');
    expect(measured({ mean: batch.mean(), maen: batch })).toThrow('there is no column "maen". Did you mean "mean"?');
    expect(measured({ mean: batch })).toThrow('the column "mean" is of size 1 and was measured as [4, 1]');
    expect(measured({ mean: 3 })).toThrow(/mean is 3/);
  });
});

describe("a list of probes at sites", () => {
  const check = (given: unknown) => () => assertSiteProbes("Trainer, probes.sites", given);

  test("holds probes of different names, none of which is the library's", () => {
    expect(check([signs])).not.toThrow();
    expect(check([])).not.toThrow();
    expect(check([signs, signs])).toThrow('Trainer, probes.sites: there is a probe "signs" already');
    const known = columnsOf("generator").map((name) => name.slice(0, name.indexOf("/")));
    for (const name of new Set([...known, "loss", "discriminatorNonFinite"])) {
      expect(check([{ ...signs, name }]), name).toThrow(
        `there is a probe "${name}" already; give this one another name`,
      );
    }
  });

  test.each([[signs], ["signs"], [["signs"]], [[{}]], [[{ ...signs, measure: 1 }]]])("is no %j", (given) => {
    expect(check(given)).toThrow(/^Trainer, probes.sites: the (name of the )?probe/);
  });
});

test("a user's rules are examined after the known ones, checked together, and nothing is found where there are none", () => {
  const finding = (name: string): Rule => ({
    name,
    watch: () => [
      {
        site: "x",
        lasts: 1,
        observe: () => ({ shows: true, numbers: {} }),
        tell: () => ({ title: name, text: name }),
      },
    ],
  });
  const table = { columns: [], rows: [{ step: 0, values: new Float32Array() }] };
  const examiner = (rules: readonly Rule[]) => new Examiner(rules);
  const known = { rules: [finding("first")], assertRules, examiner };
  const found = (of: RunExaminer) => {
    of.see(table);
    return of.findings().map(({ ailment }) => ailment);
  };
  expect(found(diagnosisOf("Trainer, probes", [])())).toEqual([]);
  expect(found(diagnosisOf("Trainer, probes", [finding("second")], known)())).toEqual(["first", "second"]);
  expect(() => diagnosisOf("Trainer, probes", [finding("first")], known)).toThrow(
    'Trainer, probes: there are two rules "first"; give one of them another name.',
  );
  expect(() => diagnosisOf("Trainer, probes", "never" as never, known)).toThrow(/the rules .*give an array/);
  const { part } = extraDiagnosis;
  extraDiagnosis.part = undefined;
  expect(() => diagnosisOf("Trainer, probes", [finding("own")])).toThrow(/import "saddlepoint\/diagnosis"/);
  extraDiagnosis.part = part;
});
