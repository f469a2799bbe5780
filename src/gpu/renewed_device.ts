import { messageOf } from "../errors/checks.ts";
import { DeviceLostError, OptionError } from "../errors/errors.ts";
import { type DeviceSource, describeAdapter } from "./adapter.ts";
import { Device } from "./device.ts";
import type { MutableStats } from "./stats.ts";

/**
 * How long another device is waited for. Chrome gives a page no adapter for two minutes after the second crash of its GPU process
 * within that time.
 */
const mostSeconds = 150;
/** Devices that may go at once, one after the other. */
const mostAtOnce = 5;
/** Between two requests, at first and at last. */
const [shortestPause, longestPause] = [20, 5000];

/** The renewals that are under way, by the device that was lost. */
const renewals = new WeakMap<Device, Promise<void>>();

/**
 * Finds a device in the place of one that was lost, with its counters. Asks again and again: right after a crash there is none.
 *
 * @param take tries it; another is asked for if it is lost meanwhile
 * @throws OptionError where the source gives one device, once; DeviceLostError where there is none, or the lost one was given back.
 */
export async function renewDevice(
  source: DeviceSource,
  device: Device,
  take: (other: Device) => Promise<void>,
): Promise<void> {
  if (!device.isLost) await device.caughtUp();
  if (!device.isLost) return;
  const known = renewals.get(device);
  if (known) return known;
  const renewal = renewed(source, device, take).finally(() => renewals.delete(device));
  renewals.set(device, renewal);
  return renewal;
}

async function renewed(source: DeviceSource, lost: Device, take: (other: Device) => Promise<void>): Promise<void> {
  if (lost.isGivenBack) lost.assertAlive();
  const given = source.device ? "device" : source.adapter && "adapter";
  if (given) {
    throw new OptionError(
      `engine.renew: the engine was made of a given ${given}, which gives no other device; create another engine, or give ` +
        `Engine.create { gpu } in the place of { ${given} }.`,
    );
  }
  const { debug, onWarning } = lost;
  const began = performance.now();
  let lostAtOnce = 0;
  for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
    let other: Device | undefined;
    try {
      other = await Device.acquire(source, { debug, onWarning });
      Object.assign(other.stats, statsAfter(lost.stats));
      await other.caughtUp();
      if (lost.isGivenBack) other.destroy();
      other.assertAlive();
      await take(other);
      warnOfOther(other, lost);
      return;
    } catch (cause) {
      if (lost.isGivenBack) lost.assertAlive();
      if (other && (!other.isLost || other.isGivenBack)) throw cause;
      if (other && ++lostAtOnce > mostAtOnce) {
        throw new DeviceLostError(
          `The GPU device is lost, and ${lostAtOnce} others were lost as soon as they were there.`,
        );
      }
      if (performance.now() - began > 1000 * mostSeconds) {
        throw new DeviceLostError(
          `The GPU device is lost, and there was no other within ${mostSeconds} s: ${messageOf(cause)}`,
          { cause },
        );
      }
    }
    await sleep(pause, lost);
  }
}

/** Another adapter rounds in its own way. */
function warnOfOther(device: Device, lost: Device): void {
  const [now, before] = [describeAdapter(device.adapter), describeAdapter(lost.adapter)];
  if (now === before) return;
  device.onWarning(`The GPU device was lost, and work goes on on another adapter (${now}; before, ${before}).`);
}

/** All that there was is gone. */
const statsAfter = (stats: MutableStats): MutableStats => ({
  ...stats,
  ...{ buffersDestroyed: stats.buffersCreated, liveBuffers: 0, liveBytes: 0, idleBytes: 0, stagingBytes: 0 },
  ...{ cacheEntries: 0, cacheBytes: 0 },
});

/** Until the time is over, or nobody wants another device any more. */
async function sleep(milliseconds: number, lost: Device): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end && !lost.isGivenBack) {
    await new Promise((done) => setTimeout(done, Math.min(100, milliseconds)));
  }
}
