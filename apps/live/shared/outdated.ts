/** Says of a live page's picture and numbers that they are of the settings before, for as long as they are. */
import { element } from "./element.ts";

/** @param on whether there is something to see that the settings beside it did not make */
export function showOutdated(on: boolean): void {
  element("live").classList.toggle("live-outdated", on);
  element("outdated").hidden = !on;
}
