/** What the page trains, as a program. */
import { type DataSetName, dataSets } from "../../job/options/data_sets.ts";
import { call } from "../shared/code/literal.ts";
import { programText } from "../shared/code/program.ts";
import { networksOf, optionsOf } from "./options.ts";
import type { Setup } from "./setup.ts";

const sources = {
  ring: "data.gaussianRing",
  grid: "data.gaussianGrid",
  spiral: "data.spiral",
  moons: "data.twoMoons",
  line: "data.line",
  clusters: "data.disjointClusters",
} as const satisfies Record<DataSetName, string>;

const steps = 2000;

export function programOf(setup: Setup): string {
  const { generator, discriminator } = networksOf(setup);
  return programText({
    about: `A GAN in the plane, as the live page trains it. Data: ${dataSets[setup.data].title}.`,
    imports: ["data", "nn"],
    options: {
      generator: call("nn.mlp", ...generator),
      discriminator: call("nn.mlp", ...discriminator),
      data: call(sources[setup.data]),
      ...optionsOf(setup),
    },
    steps,
    after: ["", "// x0, y0, x1, y1...", "const { values } = await trainer.sample(1000);", "console.log(values);"],
  });
}
