/** The page that `npm run study` opens: it runs one study and hands back the page to be written. */
import { Engine } from "saddlepoint";
import "../shared/headless.ts";
import { studyMarkdown } from "./markdown.ts";
import { type StudyName, studies } from "./registry.ts";
import { runStudy } from "./run_study.ts";

async function run(name: StudyName, command: string): Promise<string> {
  const engine = await Engine.create();
  try {
    const study = studies[name];
    const runs = await runStudy(engine, study, window.saddlepointProgress);
    return studyMarkdown(study, runs, engine.adapterName, command);
  } finally {
    engine.destroy();
  }
}

window.saddlepointRun = (name, command) => run(name as StudyName, command as string);
