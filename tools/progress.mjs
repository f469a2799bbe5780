/** The terminal's view of a run: one line that is rewritten, or, where lines can't be, a new one every few seconds. */

/**
 * @typedef {import("../examples/main_job/job_progress.ts").TrainingState} TrainingState
 *
 * @typedef {object} Terminal
 * @property {boolean | undefined} [isTTY]
 * @property {number | undefined} [columns]
 * @property {(text: string) => unknown} write
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
 * @param {TrainingState} state
 * @returns {string}
 */
export function trainingLine({ step, steps, stepsPerSecond, secondsLeft, losses, modes, metrics = [], ailments }) {
  const [worst] = ailments;
  return [
    `step ${step}/${steps}`,
    `${stepsPerSecond < 10 ? stepsPerSecond.toFixed(1) : Math.round(stepsPerSecond)} steps/s`,
    `${duration(secondsLeft)} left`,
    `loss G ${fixed(losses.generator, 2)} D ${fixed(losses.discriminator, 2)}`,
    ...(modes
      ? [`modes ${modes.captured}/${modes.count}`, `${Math.round(100 * modes.highQualityShare)} % high quality`]
      : []),
    ...metrics.map(({ name, value }) => `${name} ${value === null ? "not finite" : Number(value.toPrecision(3))}`),
    worst === undefined
      ? "no finding"
      : `${ailments.length} ${ailments.length === 1 ? "finding" : "findings"}: ${words(worst)}`,
  ].join("  ");
}

/**
 * @param {Terminal} terminal
 * @param {() => number} [now] milliseconds
 */
export function progressPrinter(terminal, now = () => performance.now()) {
  let isLineOpen = false;
  let lastPlain = Number.NEGATIVE_INFINITY;
  let latest = "";

  const clear = () => {
    if (isLineOpen) terminal.write("\r\x1b[2K");
    isLineOpen = false;
  };
  const rewrite = () => {
    if (latest === "") return;
    clear();
    // A line that wraps can't be taken back.
    terminal.write(latest.slice(0, Math.max(20, (terminal.columns || 80) - 1)));
    isLineOpen = true;
  };

  return {
    /**
     * Shows where things stand, in place of what it said before.
     *
     * @param {string} line
     */
    update(line) {
      latest = line;
      if (terminal.isTTY) rewrite();
      else if (now() - lastPlain >= plainInterval) {
        lastPlain = now();
        terminal.write(`${line}\n`);
      }
    },
    /**
     * Prints lines that stay.
     *
     * @param {string} text
     */
    note(text) {
      clear();
      terminal.write(`${text}\n`);
      if (terminal.isTTY) rewrite();
    },
    /** Leaves the last state on a line of its own. */
    end() {
      if (terminal.isTTY && isLineOpen) terminal.write("\n");
      isLineOpen = false;
      latest = "";
    },
  };
}
