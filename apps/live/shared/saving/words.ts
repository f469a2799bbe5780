/** Kept runs in words. */
import { formatNumber, words } from "../../../charts/text.ts";
import type { OpenedRun } from "./run_file.ts";

const times = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** An address in words: what differs from the usual settings. */
export function settingsIn(address: string): string {
  const pairs = [...new URLSearchParams(address)].map(([name, value]) => `${words(name)} ${value}`);
  return pairs.length > 0 ? pairs.join(", ") : "the usual settings";
}

export const savedIn = ({ step, savedAt }: Pick<OpenedRun<unknown>, "step" | "savedAt">): string =>
  `step ${formatNumber(step)}, saved ${times.format(savedAt)}`;
