/** What a job is, in a line. */
import type { JobData } from "./images/open_data.ts";
import type { JobConfig, ResolvedJob } from "./job_config.ts";
import { dataSets, imageSets } from "./options/data_sets.ts";

/** For headings, for example "Ring of 8 Gaussians, minimax loss, 20 discriminator steps". */
export function jobTitle(config: JobConfig, job: ResolvedJob): string {
  return [
    titleOf(config.data),
    ...(job.model === "mlp" ? [] : [job.model]),
    ...(job.networks.classes === undefined ? [] : ["conditional"]),
    `${described(job.loss)} loss`,
    ...job.penalties.map((penalty) => `${described(penalty)} penalty`),
    ...job.tricks.map(described),
    ...(nameOf(job.play) === "alternating" ? [] : [`${described(job.play)} play`]),
    ...(job.generatorAverage ? ["mean of the generator"] : []),
    ...(job.discriminatorSteps > 1 ? [`${job.discriminatorSteps} discriminator steps`] : []),
  ].join(", ");
}

type Named = string | { readonly type: string };

const nameOf = (chosen: Named): string => (typeof chosen === "string" ? chosen : chosen.type);

/** Such as "r1 (weight 0.1)". */
function described(chosen: Named): string {
  if (typeof chosen === "string") return chosen;
  const { type, ...options } = chosen;
  const values = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  return values.length > 0 ? `${type} (${values.join(", ")})` : type;
}

function titleOf(chosen: JobData): string {
  if (chosen.kind === "set") return dataSets[chosen.name].title;
  // Whether it is of points or images, the plots show.
  if (chosen.kind === "numbers") return chosen.name;
  return chosen.kind === "images" ? imageSets[chosen.name].title : `Images of ${chosen.name}`;
}
