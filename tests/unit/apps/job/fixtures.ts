import type { EngineStats, gan, probes } from "saddlepoint";

/** Telemetry of `steps` steps from `from` on: the loss of each is its number, and every second one has a gradient. */
export function report(from: number, steps: number, findings: readonly probes.Finding[] = []): gan.TrainReport {
  const columns: probes.TelemetryColumn[] = [
    { name: "loss/generator", offset: 0, size: 1 },
    { name: "gradient/generator/output/rms", offset: 1, size: 1, isSparse: true },
    { name: "gradient/generator/output/exponents", offset: 2, size: 2, isSparse: true },
    { name: "nonFinite/generator/output/value", offset: 4, size: 1, isSparse: true },
    { name: "update/generator/0/weight", offset: 5, size: 1, isSparse: true },
    { name: "loss/discriminator", offset: 6, size: 1 },
  ];
  const rows = Array.from({ length: steps }, (_, i) => {
    const step = from + i;
    const probed = step % 2 === 0 ? [step / 8, 3, 4, 0, 1e-3] : new Array<number>(5).fill(Number.NaN);
    return { step, values: Float32Array.of(step, ...probed, 2 * step) };
  });
  return {
    step: from + steps,
    losses: { generator: from + steps - 1, discriminator: 1 },
    telemetry: { columns, rows },
    findings,
    episodes: findings,
    deviceLosses: 0,
    stepsPerSecond: 100,
    secondsLeft: 1,
  };
}

export function finding(change: Partial<probes.Finding> = {}): probes.Finding {
  return {
    ailment: "vanishing-generator-gradient",
    severity: "warning",
    site: "discriminator/logit",
    sinceStep: 30,
    message: "a sentence",
    evidence: { medianLog10Gain: -3.5 },
    remedies: [{ changes: [{ kind: "loss", name: "hinge" }], reason: "", text: "use another loss" }],
    ...change,
  };
}

export function stats(change: Partial<EngineStats> = {}): EngineStats {
  return {
    buffersCreated: 10,
    buffersDestroyed: 0,
    liveBuffers: 10,
    liveBytes: 1000,
    idleBytes: 0,
    stagingBytes: 0,
    cacheEntries: 0,
    cacheBytes: 0,
    cacheEvictions: 0,
    pipelinesCreated: 5,
    bindGroupsCreated: 5,
    submits: 3,
    dispatches: 100,
    readbacks: 1,
    stepsBlockedByReadback: 0,
    ...change,
  };
}
