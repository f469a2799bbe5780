/** The form: what the user sets, in both directions. */
import type { gan } from "saddlepoint";
import { imageSets } from "../../job/options/data_sets.ts";
import { element } from "../shared/element.ts";
import { choices, onlySize, ranges, type Setup, withModel, withPenalty } from "./setup.ts";

const sliders = ["generatorRate", "discriminatorRate", "penaltyWeight"] as const;
const numbers = ["steps", "seed"] as const;
const selects = Object.keys(choices) as (keyof typeof choices)[];

/** A slider moves over the logarithm, in twentieths of a decade. */
const sliderStep = 0.05;

const titles: Partial<Record<keyof Setup, (choice: string) => string>> = {
  data: (name) => imageSets[name as keyof typeof imageSets].title,
  average: (decay) => (decay === "0" ? "none" : decay),
  imageSize: (size) => `${size} × ${size} pixels`,
};

export class Controls {
  #setup: Setup;
  /** Whether the user's own images can be read in grey or in colour. */
  #ownAreFiles = false;

  /** @param changed called with the new setup after every change by the user */
  constructor(setup: Setup, changed: (setup: Setup) => void) {
    this.#setup = setup;
    const set = (next: Setup) => {
      this.setup = next;
      changed(next);
    };
    for (const id of selects) {
      const select = element<HTMLSelectElement>(id);
      const texts = choices[id].map(String);
      select.append(...texts.map((text) => new Option(titles[id]?.(text) ?? text, text)));
      select.onchange = () => {
        const value = typeof this.#setup[id] === "number" ? Number(select.value) : select.value;
        if (id === "model") set(withModel(this.#setup, value as gan.ModelName));
        else if (id === "penalty") set(withPenalty(this.#setup, value as Setup["penalty"]));
        else set({ ...this.#setup, [id]: value });
      };
    }
    for (const id of numbers) {
      const input = element<HTMLInputElement>(id);
      const { low, high } = ranges[id];
      Object.assign(input, { min: low, max: high, step: 1 });
      input.onchange = () => {
        if (input.value !== "" && input.checkValidity()) set({ ...this.#setup, [id]: input.valueAsNumber });
        else input.value = String(this.#setup[id]);
      };
    }
    for (const id of sliders) {
      const slider = element<HTMLInputElement>(id);
      const { low, high } = ranges[id];
      Object.assign(slider, { min: Math.log10(low), max: Math.log10(high), step: sliderStep });
      slider.oninput = () => set({ ...this.#setup, [id]: Number((10 ** slider.valueAsNumber).toPrecision(3)) });
    }
    element<HTMLFormElement>("panel").onsubmit = (event) => event.preventDefault();
    this.setup = setup;
  }

  get setup(): Setup {
    return this.#setup;
  }

  /** Shows another setup. */
  set setup(setup: Setup) {
    this.#setup = setup;
    for (const id of selects) element<HTMLSelectElement>(id).value = String(setup[id]);
    for (const id of numbers) element<HTMLInputElement>(id).value = String(setup[id]);
    for (const id of sliders) {
      const slider = element<HTMLInputElement>(id);
      const shown = String(Number(setup[id].toPrecision(2)));
      slider.value = String(Math.log10(setup[id]));
      slider.setAttribute("aria-valuetext", shown);
      element<HTMLOutputElement>(`out-${id}`).textContent = shown;
    }
    element("box-penaltyWeight").hidden = setup.penalty === "none";
    element("box-colours").hidden = setup.data !== "own" || !this.#ownAreFiles;
    element<HTMLSelectElement>("imageSize").disabled = onlySize(setup.model) !== undefined;
  }

  /** Offers the user's own images in the list. @param areFiles whether they are pictures, grey or in colour at will */
  offerOwn(title: string, areFiles: boolean): void {
    const select = element<HTMLSelectElement>("data");
    const known = [...select.options].find(({ value }) => value === "own");
    if (known) known.text = title;
    else select.append(new Option(title, "own"));
    this.#ownAreFiles = areFiles;
  }
}
