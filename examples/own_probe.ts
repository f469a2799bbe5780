/** A probe of your own, measured in the backward pass at every layer, and a rule that says what it means. */
import { data, Engine, gan, nn, probes } from "saddlepoint";

const largest = probes.defineSiteProbe({
  name: "largest",
  columns: { gradient: 1 },
  measure: ({ cotangent }) => ({ gradient: cotangent.abs().max() }),
});

const unevenGradient: probes.Rule = {
  name: "uneven-gradient",
  watch(run) {
    const sites = run.sites(largest, "gradient");
    return [
      {
        site: "generator",
        lasts: 10, // observations
        observe(row) {
          const sizes = sites.map(({ read }) => read(row));
          const ratio = Math.max(...sizes) / Math.min(...sizes);
          return probes.observed({ ratio }, () => probes.above(ratio, 1.1, 1.05)); // where it begins, and ends
        },
        tell: ({ ratio = 1 }) => ({ title: "Uneven gradient", text: `it differs ${ratio.toPrecision(2)}-fold.` }),
      },
    ];
  },
};

const trainer = await gan.Trainer.create(await Engine.create(), {
  generator: nn.mlp([2, 16, 2]),
  discriminator: nn.mlp([2, 16, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  // So few steps would be over before there are plans with probes.
  probes: { sites: [largest], rules: [unevenGradient], fromStart: true },
});
for await (const { telemetry, findings } of trainer.train({ steps: 40, reportEvery: 40 })) {
  console.log(telemetry.columns.map(({ name }) => name).filter((name) => name.startsWith("largest/")));
  console.log(findings.map(({ message }) => message));
}
