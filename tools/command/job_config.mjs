/**
 * From the options of a training to the configuration of its job.
 *
 * @typedef {import("../../apps/job/job_config.ts").JobConfig} JobConfig
 */

/**
 * @param {import("../start/options.mjs").StartOptions} options
 * @param {JobConfig["data"]} data
 * @returns {JobConfig}
 */
export function jobConfig(options, data) {
  const { model, conditional, imageSize, loss, penalties, tricks, play, optimizer, average, dSteps, lr, batch } =
    options;
  /** @type {Record<string, unknown>} */
  const chosen = {
    data,
    model,
    conditional,
    imageSize,
    loss,
    // A model has penalties of its own.
    penalties: penalties.length > 0 ? penalties : undefined,
    tricks,
    play,
    optimizer,
    generatorAverage: average === undefined ? undefined : { decay: average },
    steps: options.steps,
    seed: options.seed,
    discriminatorSteps: dSteps,
    learningRate: lr,
    batchSize: batch,
    probeEvery: options.probeEvery,
  };
  // The names were checked against the registries that the types come from.
  return /** @type {JobConfig} */ (/** @type {unknown} */ (withoutUndefined(chosen)));
}

/** @param {Readonly<Record<string, unknown>>} record */
function withoutUndefined(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
