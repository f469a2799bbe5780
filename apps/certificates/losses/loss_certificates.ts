/** Every loss's slopes by its logits, computed on the GPU, against their closed forms, far into both tails. */
import type { Engine } from "../../../src/engine/engine.ts";
import { type LossName, losses } from "../../../src/gan/losses/registry.ts";
import { type LogitBatch, logitBatches } from "../../../tests/reference/losses/closed_forms_kit.ts";
import { lossFormulas, lossGraphs, tolerance } from "../../../tests/reference/losses/loss_graphs.ts";
import type { Certificate } from "../certificate.ts";
import { type Agreement, agreementOf, together } from "./agreement.ts";

const titles = {
  generatorSlopes: "dL_G/da",
  realSlopes: "dL_D/da_r",
  fakeSlopes: "dL_D/da_f",
  logGains: "log |dL_G/da|",
} as const;
type Quantities = keyof typeof titles;

const farthest = 200;
const count = 128;
const ramp = Array.from({ length: count }, (_, i) => Math.fround(farthest * ((2 * i) / (count - 1) - 1)));

const isWithin = ({ real, fake }: LogitBatch) => [...real, ...fake].every((a) => Math.abs(a) <= farthest);

/** Logits of both kinds all over the range, then some that D tells apart or confuses by a distance. */
const batches: readonly LogitBatch[] = [
  { name: "all over the range", real: [...ramp].reverse(), fake: ramp },
  ...logitBatches.filter(isWithin),
];

const epsilon = 2 ** -23;
/** Of f32; a slope is divided by the size of the batch before it is compared times that. */
const smallest = count * 2 ** -126;

export async function certifyLosses(engine: Engine): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (const name of Object.keys(losses) as LossName[]) certificates.push(...(await certifyLoss(engine, name)));
  return certificates;
}

async function certifyLoss(engine: Engine, name: LossName): Promise<readonly Certificate[]> {
  const allowed = Math.max(...batches.map((batch) => tolerance(name, batch, epsilon)));
  const agreements: Partial<Record<Quantities, Agreement>>[] = [];
  for (const batch of batches) agreements.push(await agreementsOn(engine, name, batch, allowed));
  const [first = {}] = agreements;
  return (Object.keys(first) as Quantities[]).map((quantity) => {
    const worst = together(agreements.map((agreement) => agreement[quantity] as Agreement));
    return certificateOf(`${name}, ${titles[quantity]}`, worst, allowed);
  });
}

/** What is compared of a loss on one batch; the generator of imle has no slope by logits. */
async function agreementsOn(engine: Engine, name: LossName, batch: LogitBatch, allowed: number) {
  const column = (values: readonly number[]) => engine.tensor([...values], [values.length, 1]);
  const graphs = lossGraphs(name, column(batch.real), column(batch.fake));
  const formulas = lossFormulas(name, batch);
  const compared = (Object.keys(titles) as Quantities[]).filter((quantity) => graphs[quantity]);
  const found = await engine.evaluate(compared.flatMap((quantity) => graphs[quantity]?.node ?? []));
  const agreements = compared.map((quantity, i) => {
    const precision = { tolerance: allowed, smallest };
    return [quantity, agreementOf(found[i] ?? [], formulas[quantity] ?? [], precision)] as const;
  });
  return Object.fromEntries(agreements) as Partial<Record<Quantities, Agreement>>;
}

function certificateOf(name: string, { error, nans, lost, underflows }: Agreement, allowed: number): Certificate {
  return {
    name,
    against: "float64 closed form",
    expected: "0 NaN, 0 lost",
    found: `${nans} NaN, ${lost} lost, ${underflows} underflow`,
    error,
    tolerance: allowed,
    isPassed: nans === 0 && lost === 0 && error <= allowed,
  };
}
