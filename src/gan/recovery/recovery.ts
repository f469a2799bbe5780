import type { Controls } from "../../engine/controls.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Device } from "../../gpu/device.ts";
import { createSampler } from "../run/report_sampler.ts";
import type { CheckedSnapshot } from "../run/snapshot.ts";
import { disposeParts } from "../trainer/become.ts";
import type { Recovery, Stretch } from "../trainer/recovery.ts";
import { prepareOnce } from "../trainer/setup.ts";
import { assertUsable, partsOf, type TrainerState } from "../trainer/state.ts";
import { endOf, streamedSteps } from "../trainer/training.ts";
import { Moves } from "./moves.ts";
import { type Point, pointOf, putBack, reservePoint, takePoint } from "./point.ts";
import { gaveUp, mostLosses, renewed } from "./renewed.ts";

/** Points cost less than this share of the time. They are taken at most every second, and at least every minute. */
const shareOfTime = 0.01;
const [shortestInterval, longestInterval] = [1000, 60_000];

/** What was read of a stretch, and perhaps must be read again. */
interface PendingRead {
  readonly stretch: Stretch;
  bytes: Promise<ArrayBuffer[]>;
  /** Where that is read from. */
  device: Device;
  arrival: Promise<ArrayBuffer[]>;
}

/**
 * Keeps a point of a trainer on the host. When the device is lost, the trainer's parts are made anew on another one, put back to
 * the point, and the steps from there are taken again, with controls moved where they had been moved; reads that had not arrived
 * are repeated behind the same steps. All that the host knows stays as it is, so that nobody sees a difference.
 */
export class TrainerRecovery implements Recovery {
  readonly #state: TrainerState;
  readonly #moves: Moves;
  readonly #reads = new Set<PendingRead>();
  readonly #ended = new AbortController();
  readonly #disposed: Promise<never>;
  losses = 0;
  step: number | undefined;
  /** The first step of all needs none: a trainer that is made anew is there. */
  #point: Point | undefined;
  /** Of the point, as the user restored it. */
  #edition = 0;
  #due = performance.now() + shortestInterval;
  #isTaking = false;
  #running: Promise<void> | undefined;
  /** Losses in a row without progress. */
  #inVain = 0;
  #lostAt = -1;
  #counted: Device | undefined;
  /** Where the last submission of the training went. */
  #submittedTo: Device | undefined;
  /** Those of the parts on the GPU, while the user's are held. */
  #controls: Controls;

  constructor(state: TrainerState) {
    this.#state = state;
    this.#controls = state.context.controls;
    this.#moves = new Moves(state.context.controls);
    this.#disposed = new Promise((_, reject) => {
      this.#ended.signal.addEventListener("abort", () => reject(new OptionError("Trainer: it was disposed.")));
    });
    this.#disposed.catch(() => undefined);
    this.#watch();
  }

  async keep<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      if (this.#isBehind) await this.#recovered();
      const { device } = this.#state.loop;
      try {
        const result = await work();
        this.#inVain = 0;
        return result;
      } catch (error) {
        assertUsable(this.#state);
        if (!device.isLost) throw error;
      }
    }
  }

  #assertAlive(): void {
    const { device } = this.#state.loop;
    if (device.isGivenBack) device.assertAlive();
  }

  tick(): false {
    const { device, index } = this.#state.loop;
    if (this.#submittedTo !== device) reservePoint(this.#state);
    this.#submittedTo = device;
    this.#moves.note(index);
    this.#takeIfDue();
    return false;
  }

  read(stretch: Stretch, bytes: Promise<ArrayBuffer[]>): Promise<ArrayBuffer[]> {
    const { device } = this.#state.loop;
    const read: PendingRead = { stretch, bytes, device: this.#submittedTo ?? device, arrival: bytes };
    this.#reads.add(read);
    bytes.catch(() => undefined);
    // The trainer was brought back between the last submission and this call, and is at the end of the stretch.
    if (read.device !== device && !this.#isBehind) this.#readAgain(read);
    read.arrival = this.#arrived(read).finally(() => this.#reads.delete(read));
    read.arrival.catch(() => undefined);
    return read.arrival;
  }

  restored(snapshot: CheckedSnapshot): boolean {
    this.#assertAlive();
    const isLater = this.#isBehind;
    this.#point = pointOf(snapshot);
    this.#edition++;
    this.#moves.reset();
    this.#lostAt = -1;
    this.step = isLater ? snapshot.step : undefined;
    return isLater;
  }

  dispose(): void {
    this.#ended.abort();
  }

  get #isBehind(): boolean {
    return this.step !== undefined || this.#state.loop.device.isLost;
  }

  /** What users set from a loss on takes effect when the trainer is back. */
  #watch(): void {
    const { loop, context } = this.#state;
    const { device } = loop;
    device.gpu.lost.then(() => {
      if (!device.isGivenBack && device === this.#state.loop.device) context.controls.isHeld = true;
    });
  }

  #takeIfDue(): void {
    const now = performance.now();
    if (this.#isTaking || now < this.#due) return;
    if (this.#state.loop.index > (this.#point?.step ?? 0)) this.#take();
    else this.#due = now + shortestInterval;
  }

  async #take(): Promise<void> {
    const { device, index } = this.#state.loop;
    const edition = this.#edition;
    const moves = this.#moves.done;
    // Once it is taken, nothing of before can be read again.
    const before = [...this.#reads].filter(({ stretch }) => stretch.to <= index).map(({ arrival }) => arrival);
    this.#isTaking = true;
    let cost = 0;
    try {
      const called = performance.now();
      let began = called;
      device.idle().then(
        () => {
          began = performance.now();
        },
        () => undefined,
      );
      const taken = takePoint(this.#state);
      const spent = performance.now() - called;
      const point = await taken;
      cost = spent + performance.now() - began;
      await Promise.all(before);
      if (device.isLost || edition !== this.#edition) return;
      this.#moves.forget(moves);
      this.#point = point;
      this.#inVain = 0;
    } catch {
      // It was lost, and the point before it is still there.
    } finally {
      this.#isTaking = false;
      this.#due = performance.now() + Math.min(longestInterval, Math.max(shortestInterval, cost / shareOfTime));
    }
  }

  async #arrived(read: PendingRead): Promise<ArrayBuffer[]> {
    for (;;) {
      const { device } = read;
      try {
        const bytes = await read.bytes;
        this.#inVain = 0;
        return bytes;
      } catch (error) {
        assertUsable(this.#state);
        if (device.isLost && this.#isBehind) await this.#recovered();
        if (device === read.device) throw error;
      }
    }
  }

  #readAgain(read: PendingRead): void {
    const { readback, device } = this.#state.loop;
    const { reads, plans } = endOf(this.#state, read.stretch);
    read.device = device;
    read.bytes = readback.submitAndRead("read again", reads, (encoder) => {
      const pass = encoder.beginComputePass();
      for (const plan of plans) plan.encode(pass);
      pass.end();
    });
    read.bytes.catch(() => undefined);
  }

  #recovered(): Promise<void> {
    this.#running ??= this.#recover().finally(() => {
      this.#running = undefined;
    });
    return Promise.race([this.#running, this.#disposed]);
  }

  async #recover(): Promise<void> {
    const state = this.#state;
    this.step ??= state.loop.index;
    if (this.step > this.#lostAt) this.#inVain = 0;
    this.#lostAt = this.step;
    for (let isBack = false; !isBack; ) {
      assertUsable(state);
      const { engine } = state.context;
      const { device } = state.loop;
      if (device.isLost) await this.#renew(device);
      try {
        if (device.isLost) await this.#rebuild();
        putBack(state, this.#point);
        this.#moves.begin(this.#controls);
        isBack = await this.#replay(this.#edition);
      } catch (error) {
        assertUsable(state);
        if (!state.loop.device.isLost && !engine.isLost) throw error;
        // Another one went before it was used.
        if (device.isLost && device === state.loop.device) this.losses++;
      }
    }
    this.step = undefined;
    state.context.controls.isHeld = false;
    this.#moves.end();
  }

  /** @throws DeviceLostError where there is no other device, or this one was lost once too often. */
  async #renew(device: Device): Promise<void> {
    this.#assertAlive();
    if (device !== this.#counted) this.losses++;
    this.#counted = device;
    if (this.#inVain++ >= mostLosses) {
      this.#inVain = 0;
      throw gaveUp(`at step ${this.step}`);
    }
    await renewed(this.#state.context.engine);
  }

  async #rebuild(): Promise<void> {
    const state = this.#state;
    const { engine, controls } = state.context;
    controls.isHeld = true;
    const probedAgain = { signal: this.#ended.signal, fromStart: state.plans.isWhole };
    const parts = partsOf(await prepareOnce(engine, state.setup, probedAgain));
    try {
      const { sampler } = state;
      const again = sampler && (await createSampler(parts.context, sampler.count, sampler.gridCount));
      assertUsable(state);
      disposeParts(state);
      this.#controls = parts.context.controls;
      controls.state = this.#controls.state;
      Object.assign(state, parts, { context: { ...parts.context, controls }, sampler: again, closer: undefined });
    } catch (error) {
      disposeParts(parts);
      throw error;
    }
    this.#watch();
  }

  /** Takes the steps again up to where the trainer was. False if another point was restored meanwhile. */
  async #replay(edition: number): Promise<boolean> {
    const state = this.#state;
    const { loop } = state;
    const isOver = () => state.isDisposed || edition !== this.#edition;
    const shouldStop = () => {
      if (!isOver()) this.#takeIfDue();
      return isOver();
    };
    while (!isOver()) {
      const { index, device } = loop;
      const moved = this.#moves.moveTo(index, this.#controls);
      for (const read of this.#reads) if (read.stretch.to === index && read.device !== device) this.#readAgain(read);
      const { step = index } = this;
      if (index >= step) return true;
      const ends = [...this.#reads].map(({ stretch }) => stretch.to).filter((end) => end > index);
      const next = Math.min(step, moved, ...ends, index + streamedSteps(state));
      await loop.run(next - index, {}, shouldStop);
    }
    assertUsable(state);
    return false;
  }
}
