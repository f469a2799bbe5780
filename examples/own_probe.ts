/** A probe of your own, measured in the backward pass at every layer, and a rule that says what it means. */
import { data, Engine, gan, nn, probes } from "saddlepoint";

const largest = probes.defineSiteProbe({
  name: "largest",
  columns: { gradient: 1 },
  measure: ({ cotangent }) => ({ gradient: cotangent.abs().max() }),
});

const unevenGradient: probes.Rule = {
  name: "uneven-gradient",
  examine(context) {
    const sites = context.sites(largest, "gradient");
    const sizes = (row: number) => sites.map(({ values }) => values[row] ?? 0);
    const ratio = (row: number) => Math.max(...sizes(row)) / Math.min(...sizes(row));
    return probes.lasting(context, {
      rows: 10,
      holds: (row) => ratio(row) > 1.1,
      tell: () => ({
        site: sites[0]?.site ?? "generator",
        title: "Uneven gradient",
        text: `Its largest numbers differ by a factor of ${ratio(context.steps.length - 1).toPrecision(2)} between layers.`,
      }),
    });
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
