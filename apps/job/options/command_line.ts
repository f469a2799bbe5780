/** Changes of a run in the options of `npm start`. */
import type { probes } from "saddlepoint";
import type { Surface } from "../../shared/remedies.ts";

type Scale = Extract<probes.Change, { readonly kind: "scale" }>;

export const commandLine: Surface = (change, changes) => {
  if (change.kind === "advice") return change.about === "data" ? change.text : undefined;
  if (change.kind === "scale") return scaled(change, changes);
  if (change.kind === "momentum") return `--optimizer adam:beta1=${change.value}`;
  const options = Object.entries(change.options ?? {}).map(([name, value]) => `${name}=${value}`);
  return `--${change.kind} ${[change.name, ...(options.length > 0 ? [options.join(",")] : [])].join(":")}`;
};

function scaled({ name, factor }: Scale, changes: readonly probes.Change[]): string | undefined {
  const verb = factor < 1 ? "a lower" : "a higher";
  if (name === "discriminatorSteps") return `${verb} --d-steps`;
  if (name === "batchSize") return `${verb} --batch`;
  if (name.endsWith("Weight")) return `${verb} weight of --penalty ${name.slice(0, -"Weight".length)}`;
  // One option moves the rates of both players.
  const rates = changes.filter((other) => other.kind === "scale" && other.name.endsWith("LearningRate"));
  if (rates.length < 2) return undefined;
  return name === "generatorLearningRate" ? `${verb} --lr` : "";
}
