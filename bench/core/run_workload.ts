import { Engine, type EngineOptions } from "saddlepoint";
import { measureInTurn } from "./measure.ts";
import { isMeasured, type MeasuredVariant, type VariantResult, type WorkloadResult } from "./report.ts";
import { medianInterval, spreadOf } from "./statistics.ts";
import { type Comparison, type Runner, roundsOf, units, type Variant, type Workload } from "./workload.ts";

export interface RunOptions {
  readonly rounds: number;
  readonly leastMilliseconds: number;
  readonly engine?: EngineOptions;
  /** Told in a few words what is being done. */
  readonly progress?: (what: string) => void;
}

interface Ready {
  readonly variant: Variant;
  readonly runner: Runner;
  readonly answer: readonly number[];
  readonly startMilliseconds: number;
}

interface Failed {
  readonly variant: Variant;
  readonly failure: string;
}

const isReady = (one: Ready | Failed): one is Ready => "runner" in one;

const defaultTolerance = 1e-4;

/** Rounds from which on an interval is told. */
const leastForInterval = 10;

/**
 * Sets up every variant of a workload on an engine of its own, checks its answer, and measures all of them in turn. A variant
 * that fails is reported with its error; the others go on.
 */
export async function runWorkload(workload: Workload, options: RunOptions): Promise<WorkloadResult> {
  const { name, group, unit, comparison, limit } = workload;
  const rounds = roundsOf(group, options.rounds);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const engine = await Engine.create({ selfTest: false, ...options.engine, onWarning });
  // What it says of the adapter stands in the report; what it says from now on is an error of WebGPU.
  warnings.length = 0;
  try {
    const prepared: (Ready | Failed)[] = [];
    const variants = workload.variants();
    for (const variant of variants) {
      options.progress?.(`${name}: sets up ${variant.name}`);
      prepared.push(await prepare(variant, engine).catch((error: unknown) => ({ variant, failure: textOf(error) })));
    }
    const ready = prepared.filter(isReady);
    const times = await measureInTurn(
      ready.map(({ runner }) => runner),
      { ...options, rounds, progress: (round) => options.progress?.(`${name}: round ${round + 1} of ${rounds}`) },
    );
    const results: VariantResult[] = [];
    for (const one of prepared) {
      const time = isReady(one) ? times[ready.indexOf(one)] : undefined;
      if (!isReady(one)) results.push({ name: one.variant.name, failure: one.failure });
      else if (time && "error" in time) results.push({ name: one.variant.name, failure: textOf(time.error) });
      else results.push(await resultOf(one, time as readonly number[], unit, ready[0] as Ready));
    }
    for (const { runner } of ready) runner.dispose();
    return {
      name,
      group,
      unit,
      ...(comparison && { comparison }),
      variants: withLimit(withShares(withRatios(results, comparison), variants), limit),
      warnings,
    };
  } finally {
    engine.destroy();
  }
}

async function prepare(variant: Variant, engine: Engine): Promise<Ready> {
  const start = performance.now();
  const runner = await variant.prepare(engine);
  await runner.run(1);
  const startMilliseconds = performance.now() - start;
  return { variant, runner, answer: await runner.answer(), startMilliseconds };
}

async function resultOf(
  { variant, runner, answer, startMilliseconds }: Ready,
  milliseconds: readonly number[],
  unit: Workload["unit"],
  first: Ready,
): Promise<MeasuredVariant> {
  const error = relativeError(answer, variant.expected?.() ?? first.answer);
  return {
    name: variant.name,
    work: variant.work,
    milliseconds,
    rate: spreadOf(milliseconds.map((time) => (1000 * variant.work) / time / units[unit].scale)),
    startMilliseconds,
    error,
    isRight: error <= (variant.tolerance ?? defaultTolerance),
    facts: (await runner.facts?.()) ?? {},
    ...(runner.note && { note: runner.note() }),
  };
}

/** Infinite for answers of different lengths, for none, and for anything that is not finite. */
export function relativeError(answer: readonly number[], expected: readonly number[]): number {
  if (answer.length === 0 || answer.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(...expected.map(Math.abs), Number.MIN_VALUE);
  const errors = answer.map((value, i) => Math.abs(value - (expected[i] as number)) / scale);
  return errors.every(Number.isFinite) ? Math.max(...errors) : Number.POSITIVE_INFINITY;
}

/** The variants with their ratios to the reference, where both were measured. */
export function withRatios(
  variants: readonly VariantResult[],
  comparison: Comparison | undefined,
): readonly VariantResult[] {
  const base = variants.find(({ name }) => name === comparison?.reference);
  if (!base || !isMeasured(base)) return variants;
  return variants.map((variant) => {
    if (variant === base || !isMeasured(variant)) return variant;
    const ratios = comparison?.as === "share" ? pairedRatios(variant, base) : pairedRatios(base, variant);
    const interval = ratios.length >= leastForInterval ? { ratioInterval: medianInterval(ratios) } : {};
    return { ...variant, ratio: spreadOf(ratios), ...interval };
  });
}

/** The variants with their shares of those before them, where a pair belongs together and was measured. */
export function withShares(
  results: readonly VariantResult[],
  variants: readonly Pick<Variant, "besidePrevious">[],
): readonly VariantResult[] {
  return results.map((result, i) => {
    const previous = results[i - 1];
    if (!variants[i]?.besidePrevious || !previous || !isMeasured(result) || !isMeasured(previous)) return result;
    return { ...result, shareOfPrevious: spreadOf(pairedRatios(result, previous)) };
  });
}

/** The variants with their shares of the limit, where that was measured and computed what it should. */
export function withLimit(variants: readonly VariantResult[], limit: string | undefined): readonly VariantResult[] {
  const base = variants.find(({ name }) => name === limit);
  if (!base || !isMeasured(base) || !base.isRight) return variants;
  return variants.map((variant) =>
    variant === base || !isMeasured(variant)
      ? variant
      : { ...variant, shareOfLimit: spreadOf(pairedRatios(variant, base)) },
  );
}

/** Of the rates, round by round: whatever slows a whole round down cancels. */
function pairedRatios(above: MeasuredVariant, below: MeasuredVariant): number[] {
  const rates = ({ work, milliseconds }: MeasuredVariant) => milliseconds.map((time) => work / time);
  const others = rates(below);
  return rates(above).map((rate, round) => rate / (others[round] as number));
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
