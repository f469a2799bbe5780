/**
 * Downloads Chrome into Puppeteer's cache: `node tools/browser/download-browser.mjs <cache folder>`.
 *
 * A program of its own, because the download cannot be cancelled from within: a network that swallows packets is
 * noticed by silence, and then the program ends with everything that it had open.
 */
import { argv, exit, stderr } from "node:process";
import { Browser, detectBrowserPlatform, install, resolveBuildId } from "@puppeteer/browsers";

const longestSilence = 20_000;
const longestDownload = 15 * 60_000;

/** @param {string} reason */
function giveUp(reason) {
  stderr.write(`${reason}\n`);
  exit(1);
}

const cacheDir = argv[2];
const platform = detectBrowserPlatform();
if (cacheDir === undefined) giveUp("The cache folder is missing from the command.");
else if (platform === undefined) giveUp("There is no Chrome to download for this operating system.");
else {
  setTimeout(
    () => giveUp(`The download took longer than ${longestDownload / 60_000} minutes.`),
    longestDownload,
  ).unref();
  let silence = setTimeout(() => giveUp("The download server did not answer."), longestSilence);
  try {
    const buildId = await resolveBuildId(Browser.CHROME, platform, "stable");
    await install({
      browser: Browser.CHROME,
      buildId,
      cacheDir,
      platform,
      downloadProgressCallback(downloaded, total) {
        clearTimeout(silence);
        // Unpacking reports nothing, so silence means nothing once the last byte is here.
        if (downloaded < total) silence = setTimeout(() => giveUp("The download stopped half-way."), longestSilence);
      },
    });
    exit(0);
  } catch (error) {
    giveUp(error instanceof Error ? error.message : String(error));
  }
}
