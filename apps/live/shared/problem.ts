/** The card of a live page that says what went wrong. */
import { DeviceLostError, NoWebGpuError, SaddlepointError } from "saddlepoint";
import { element } from "./element.ts";

/** The library's own words are about snapshots and checkpoints of a program. */
const lostText = "The driver, or another page, took it away, and there is no other one.";
const whatIsLeft = {
  kept: "The run is kept in this browser: “Start again” goes on from there.",
  gone: "What was trained went with it. A new training of the same settings can be started.",
};

function titleOf(error: unknown, isLost: boolean): string {
  if (error instanceof NoWebGpuError) return "There is no WebGPU in this browser";
  if (isLost) return "The GPU was lost";
  return error instanceof SaddlepointError ? "This can't be trained" : "Something went wrong";
}

/**
 * @param isKept whether the run is kept in the browser
 * @returns whether the GPU is gone, and a new training needs a new engine
 */
export function showProblem(error: unknown, engineIsLost: boolean, isKept: boolean): boolean {
  const hasNoGpu = error instanceof NoWebGpuError;
  const isLost = error instanceof DeviceLostError || engineIsLost;
  element("problem-title").textContent = titleOf(error, isLost);
  element("problem-text").textContent = isLost
    ? `${lostText} ${isKept ? whatIsLeft.kept : whatIsLeft.gone}`
    : messageOf(error);
  element("restart").hidden = hasNoGpu;
  element("live").hidden = hasNoGpu;
  element("problem").hidden = false;
  if (hasNoGpu) element("adapter").textContent = "";
  return isLost;
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";
