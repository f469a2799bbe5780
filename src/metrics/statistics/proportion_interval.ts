import { assertKind, count, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Interval } from "./measurement.ts";

/** Wilson's 95 % interval (1927) for the probability of what happened `hits` times in n. It has a width even at 0 and n. @throws OptionError for other counts. */
export function proportionInterval(hits: number, n: number): Interval {
  assertKind("proportionInterval", "hits", hits, whole);
  assertKind("proportionInterval", "n", n, count);
  if (hits > n) throw new OptionError(`proportionInterval: ${hits} hits of ${n}; give at most n.`);
  const z = 1.959964;
  const center = hits + z ** 2 / 2;
  const reach = z * Math.sqrt((hits * (n - hits)) / n + z ** 2 / 4);
  const share = (count: number) => Math.min(Math.max(count / (n + z ** 2), 0), 1);
  return { low: share(center - reach), high: share(center + reach), level: 0.95, method: "Wilson" };
}
