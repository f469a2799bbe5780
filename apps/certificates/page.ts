/** The page that `npm run certify` opens: it runs all certificates and hands back what is to be written. */
import { Engine } from "../../src/engine/engine.ts";
import "../shared/headless.ts";
import { certify } from "./certify.ts";
import { countPassed, markdownOf } from "./markdown.ts";

export interface CertifyResult {
  readonly isPassed: boolean;
  /** A line a section. */
  readonly summary: readonly string[];
  readonly markdown: string;
  readonly json: string;
}

async function run(command: string): Promise<CertifyResult> {
  const engine = await Engine.create({ onWarning: () => undefined });
  try {
    const report = await certify(engine, window.saddlepointProgress);
    return {
      isPassed: report.isPassed,
      summary: report.sections.map(({ title, certificates }) => `${title}: ${countPassed(certificates)} pass`),
      markdown: markdownOf(report, command),
      json: `${JSON.stringify(report, null, 2)}\n`,
    };
  } finally {
    engine.destroy();
  }
}

window.saddlepointRun = (command) => run(command as string);
