/** The form of the page, with what depends on the model and on the user's own images. */
import type { gan } from "saddlepoint";
import { imageSets } from "../../job/options/data_sets.ts";
import { Controls, type FormParts } from "../shared/controls.ts";
import { element } from "../shared/element.ts";
import { sharedTitles } from "../shared/setup.ts";
import { choices, ranges, type Setup, withModel } from "./setup.ts";

/** Whether the user's own images can be read in grey or in colour. */
let ownAreFiles = false;

const parts: FormParts<Setup> = {
  choices,
  ranges,
  numbers: ["steps", "seed"],
  titles: {
    ...sharedTitles,
    data: (name) => imageSets[name as keyof typeof imageSets].title,
    imageSize: (size) => `${size} × ${size} pixels`,
  },
  choose: (setup, id, value) => (id === "model" ? withModel(setup, value as gan.ModelName) : undefined),
  shown(setup) {
    element("box-colours").hidden = setup.data !== "own" || !ownAreFiles;
  },
};

export const createControls = (setup: Setup, changed: (setup: Setup) => void) => new Controls(setup, parts, changed);

/** Offers the user's own images in the list. @param areFiles whether they are pictures, grey or in colour at will */
export function offerOwn(title: string, areFiles: boolean): void {
  const list = element<HTMLSelectElement>("data");
  const known = [...list.options].find(({ value }) => value === "own");
  if (known) known.text = title;
  else list.append(new Option(title, "own"));
  ownAreFiles = areFiles;
}
