/** The terminal's view of a run: one line that is rewritten, or, where lines can't be, a new one every few seconds. */
import { printable, printableLines } from "./printable.mjs";
import { filled, fittingParts, textWidth } from "./text_width.mjs";

/**
 * @typedef {import("../../apps/job/job_progress.ts").TrainingState} TrainingState
 *
 * @typedef {object} Terminal
 * @property {boolean | undefined} [isTTY]
 * @property {number | undefined} [columns]
 * @property {(text: string) => unknown} write
 * @property {(event: "resize", listener: () => void) => unknown} [on]
 * @property {(event: "resize", listener: () => void) => unknown} [off]
 */

/** Milliseconds between lines where they can't be rewritten. */
const plainInterval = 5000;

/**
 * @param {number | null} value
 * @param {number} digits
 */
function fixed(value, digits) {
  return value === null ? "not finite" : value.toFixed(digits);
}

/** @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes > 0 ? `${minutes} min ${String(whole % 60).padStart(2, "0")} s` : `${whole} s`;
}

/** @param {string} identifier */
export function words(identifier) {
  return identifier.replaceAll("-", " ");
}

/**
 * Where a training stands, in parts: the most important first, since a narrow terminal has no room for the last ones.
 *
 * @param {TrainingState} state
 * @returns {string[]}
 */
export function trainingParts({ step, steps, stepsPerSecond, secondsLeft, losses, modes, metrics = [], ailments }) {
  const [worst] = ailments;
  const finding = `${ailments.length} ${ailments.length === 1 ? "finding" : "findings"}`;
  return [
    `step ${step}/${steps}`,
    ...(worst === undefined ? [] : [`${finding}: ${words(worst)}`]),
    ...(modes ? [`modes ${modes.captured}/${modes.count}`] : []),
    `loss G ${fixed(losses.generator, 2)} D ${fixed(losses.discriminator, 2)}`,
    `${duration(secondsLeft)} left`,
    ...(worst === undefined ? ["no finding"] : []),
    ...metrics.map(({ name, value }) => `${name} ${value === null ? "not finite" : Number(value.toPrecision(3))}`),
    ...(modes ? [`${Math.round(100 * modes.highQualityShare)} % high quality`] : []),
    `${stepsPerSecond < 10 ? stepsPerSecond.toFixed(1) : Math.round(stepsPerSecond)} steps/s`,
  ];
}

/**
 * @param {Terminal} terminal
 * @param {() => number} [now] milliseconds
 */
export function progressPrinter(terminal, now = () => performance.now()) {
  /** Columns of the line that can still be taken back; 0 for none. */
  let written = 0;
  let lastPlain = Number.NEGATIVE_INFINITY;
  /** @type {readonly string[]} */
  let latest = [];

  const columns = () => Math.max(1, terminal.columns || 80);
  const clear = () => {
    if (written === 0) return;
    // In a terminal that was made narrower since, the line has been broken into several.
    const above = Math.ceil(written / columns()) - 1;
    terminal.write(above > 0 ? `\r\x1b[${above}A\x1b[J` : "\r\x1b[2K");
    written = 0;
  };
  const rewrite = () => {
    if (latest.length === 0) return;
    clear();
    // A line that wraps can't be taken back, and one that is full may wrap.
    const line = fittingParts(latest, Math.max(1, columns() - 1));
    terminal.write(line);
    written = textWidth(line);
  };
  if (terminal.isTTY) terminal.on?.("resize", rewrite);

  return {
    /**
     * Shows where things stand, in place of what it said before.
     *
     * @param {string | readonly string[]} line or its parts, the most important first: those that fit are shown
     */
    update(line) {
      latest = [line].flat().map(printable);
      if (terminal.isTTY) rewrite();
      else if (now() - lastPlain >= plainInterval) {
        lastPlain = now();
        terminal.write(`${latest.join("  ")}\n`);
      }
    },
    /**
     * Prints lines that stay.
     *
     * @param {string} text
     */
    note(text) {
      clear();
      const lines = printableLines(text);
      terminal.write(`${terminal.isTTY ? filled(lines, columns()) : lines}\n`);
      if (terminal.isTTY) rewrite();
    },
    /** Leaves the last state on a line of its own. */
    end() {
      if (terminal.isTTY && written > 0) terminal.write("\n");
      terminal.off?.("resize", rewrite);
      written = 0;
      latest = [];
    },
  };
}
