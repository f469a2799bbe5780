/** Calls that hang or crash, each with a worker of its own afterwards. */
import { startWorker } from "./workers.mjs";

/**
 * @typedef {import("./workers.mjs").Worker} Worker
 * @typedef {import("./workers.mjs").WorkerKind} WorkerKind
 */

/** Workers that are replaced when they hang or crash. */
export class Lane {
  /** @param {WorkerKind} kind */
  constructor(kind) {
    this.kind = kind;
    /** @type {Promise<Worker> | undefined} */
    this.worker = undefined;
  }

  /**
   * @param {string} method
   * @param {object} args
   * @param {number} milliseconds
   */
  async call(method, args, milliseconds) {
    this.worker ??= startWorker(this.kind);
    const worker = await this.worker;
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const limit = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`It did not end within ${milliseconds / 1000} s.`)), milliseconds);
    });
    try {
      return await Promise.race([worker.call(method, args), limit]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async stop() {
    const worker = this.worker;
    this.worker = undefined;
    await (await worker?.catch(() => undefined))?.stop();
  }
}

/** Milliseconds for a batch of cases, and for one of them. */
const patience = { batch: 180_000, single: 120_000 };

/**
 * Cases in batches; those of a batch that hangs or crashes one by one.
 *
 * @param {object} work
 * @param {Lane} work.lane
 * @param {string} work.method
 * @param {readonly number[]} work.seeds
 * @param {object} work.args
 * @param {number} [work.batchSize]
 * @param {() => boolean} work.isOver
 * @param {(report: any) => void | Promise<void>} work.onReport
 * @param {(seed: number, message: string) => void} work.onCrash
 */
export async function inBatches({ lane, method, seeds, args, batchSize = 10, isOver, onReport, onCrash }) {
  for (let i = 0; i < seeds.length && !isOver(); i += batchSize) {
    const batch = seeds.slice(i, i + batchSize);
    const report = await lane.call(method, { ...args, seeds: batch }, patience.batch).catch(() => undefined);
    if (report) {
      await onReport(report);
      continue;
    }
    for (const seed of batch) {
      try {
        await onReport(await lane.call(method, { ...args, seeds: [seed] }, patience.single));
      } catch (error) {
        onCrash(seed, error instanceof Error ? error.message : String(error));
      }
    }
  }
}
