/** The form: what the user sets, in both directions. */
import { dataSets } from "../../job/options/data_sets.ts";
import { element } from "../shared/element.ts";
import { choices, discriminatorStepChoices, ranges, type Setup, withPenalty } from "./setup.ts";

const sliders = ["generatorRate", "discriminatorRate", "penaltyWeight"] as const;
const selects = Object.keys(choices) as (keyof typeof choices)[];

/** A slider moves over the logarithm, in twentieths of a decade. */
const sliderStep = 0.05;

export class Controls {
  #setup: Setup;

  /** @param changed called with the new setup after every change by the user */
  constructor(setup: Setup, changed: (setup: Setup) => void) {
    this.#setup = setup;
    const set = (change: Partial<Setup>) => {
      this.setup = { ...this.#setup, ...change };
      changed(this.#setup);
    };
    for (const id of selects) {
      const select = element<HTMLSelectElement>(id);
      select.append(...choices[id].map((choice) => new Option(titleOf(id, String(choice)), String(choice))));
      select.onchange = () => {
        const value = typeof this.#setup[id] === "number" ? Number(select.value) : select.value;
        set(id === "penalty" ? withPenalty(this.#setup, value as Setup["penalty"]) : { [id]: value });
      };
    }
    const steps = element<HTMLSelectElement>("discriminatorSteps");
    steps.append(...discriminatorStepChoices.map((count) => new Option(String(count))));
    steps.onchange = () => set({ discriminatorSteps: Number(steps.value) });

    const seed = element<HTMLInputElement>("seed");
    seed.onchange = () => {
      if (seed.value !== "" && seed.checkValidity()) set({ seed: seed.valueAsNumber });
      else seed.value = String(this.#setup.seed);
    };
    for (const id of sliders) {
      const slider = element<HTMLInputElement>(id);
      const { low, high } = ranges[id];
      Object.assign(slider, { min: Math.log10(low), max: Math.log10(high), step: sliderStep });
      slider.oninput = () => set({ [id]: Number((10 ** slider.valueAsNumber).toPrecision(3)) });
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
    const steps = element<HTMLSelectElement>("discriminatorSteps");
    const count = String(setup.discriminatorSteps);
    // An address may ask for a number that the list does not offer.
    if (![...steps.options].some(({ value }) => value === count)) steps.append(new Option(count));
    steps.value = count;
    element<HTMLInputElement>("seed").value = String(setup.seed);
    for (const id of sliders) {
      const slider = element<HTMLInputElement>(id);
      const shown = shownNumber(setup[id]);
      slider.value = String(Math.log10(setup[id]));
      slider.setAttribute("aria-valuetext", shown);
      element<HTMLOutputElement>(`out-${id}`).textContent = shown;
    }
    element("box-penaltyWeight").hidden = setup.penalty === "none";
  }
}

function titleOf(id: keyof typeof choices, name: string): string {
  if (id === "data") return dataSets[name as keyof typeof dataSets].title;
  return id === "average" && name === "0" ? "none" : name;
}

function shownNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}
