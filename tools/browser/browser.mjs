/** The one place that knows where the browser comes from; pages, tests and benches all start it here. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  Browser,
  ChromeReleaseChannel,
  computeSystemExecutablePath,
  detectBrowserPlatform,
  getInstalledBrowsers,
  getVersionComparator,
} from "@puppeteer/browsers";
import puppeteer from "puppeteer";

const run = promisify(execFile);

/** @typedef {(line: string) => void} Log */

/** @type {Record<string, readonly string[]>} */
const commandNames = {
  linux: ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome", "microsoft-edge-stable"],
  darwin: ["google-chrome", "chromium"],
  win32: ["chrome.exe", "chromium.exe"],
};

/** @type {Record<string, readonly string[]>} */
const usualPaths = {
  linux: ["/opt/google/chrome/chrome", "/usr/bin/chromium", "/usr/lib/chromium/chromium", "/snap/bin/chromium"],
  darwin: ["/Applications", join(homedir(), "Applications")].flatMap((folder) =>
    ["Google Chrome", "Chromium", "Google Chrome Canary", "Microsoft Edge"].map(
      (name) => `${folder}/${name}.app/Contents/MacOS/${name}`,
    ),
  ),
  win32: ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) => {
    const folder = process.env[variable];
    if (!folder) return [];
    return ["Google\\Chrome", "Chromium", "Microsoft\\Edge"].map((product) =>
      join(folder, product, "Application", product === "Microsoft\\Edge" ? "msedge.exe" : "chrome.exe"),
    );
  }),
};

/**
 * Finds Chrome or Chromium, and installs one where there is none. Tried in order: the environment variable
 * PUPPETEER_EXECUTABLE_PATH, Puppeteer's cache, a browser installed on this computer, a download of Chrome, and, as
 * root on Debian and its kin, the package manager.
 *
 * @param {{ log?: Log }} [options]
 * @returns {Promise<string>} the path of the program
 */
export async function findBrowser({ log = console.error } = {}) {
  const present = await presentBrowser();
  if (present !== undefined) return present;
  const cacheDir = cacheFolder();
  const failures = [`no browser in ${cacheDir}`, "no Chrome or Chromium installed"];
  log(`No Chrome was found; downloading it to ${cacheDir} (about 180 MB) ...`);
  try {
    await run(process.execPath, [fileURLToPath(new URL("./download-browser.mjs", import.meta.url)), cacheDir]);
    const downloaded = await firstThatRuns(await cachedBrowsers(cacheDir));
    if (downloaded) return downloaded;
    failures.push("the downloaded Chrome does not start (system libraries are missing)");
  } catch (error) {
    failures.push(`the download failed (${causeOf(error)})`);
  }

  if (process.platform === "linux" && existsSync("/etc/debian_version")) {
    if (process.getuid?.() === 0) {
      log("Installing Chromium with apt-get ...");
      try {
        await installWithApt();
        const packaged = await firstThatRuns(installedBrowsers());
        if (packaged) return packaged;
        failures.push("the Chromium that apt-get installed does not start");
      } catch (error) {
        failures.push(`apt-get could not install Chromium (${causeOf(error)})`);
      }
    } else {
      failures.push("apt-get was not tried, since it needs root");
    }
  }

  throw new Error(
    `There is no browser to run WebGPU in: ${failures.join("; ")}. Install Chrome or Chromium, ` +
      "or set PUPPETEER_EXECUTABLE_PATH to the path of one.",
  );
}

const cacheFolder = () => process.env.PUPPETEER_CACHE_DIR || join(homedir(), ".cache", "puppeteer");

/**
 * The browser that is there, if one is; nothing is installed.
 *
 * @returns {Promise<string | undefined>}
 */
export async function presentBrowser() {
  const chosen = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (!chosen) {
    return (await firstThatRuns(await cachedBrowsers(cacheFolder()))) ?? (await firstThatRuns(installedBrowsers()));
  }
  if (existsSync(chosen)) return chosen;
  throw new Error(
    `PUPPETEER_EXECUTABLE_PATH names a browser that does not exist: ${chosen}. ` +
      "Correct it, or unset it to let Saddlepoint find a browser by itself.",
  );
}

/**
 * Starts the browser with WebGPU switched on. The user profile is a fresh temporary folder, removed on close. The browser
 * ends with this process, however that ends: it is driven through a pipe, and one without a reader is its end.
 *
 * @param {{ log?: Log, headless?: boolean, extraArgs?: readonly string[], closeOnSignal?: boolean }} [options]
 *   `closeOnSignal` false leaves signals to the caller; the browser then stays until it is closed or the process ends
 * @returns {Promise<import("puppeteer").Browser>}
 */
export async function launchBrowser({
  log = console.error,
  headless = true,
  extraArgs = [],
  closeOnSignal = true,
} = {}) {
  return puppeteer.launch({
    executablePath: await findBrowser({ log }),
    headless,
    args: [...browserArguments(), ...extraArgs],
    pipe: true,
    handleSIGINT: closeOnSignal,
    handleSIGTERM: closeOnSignal,
    handleSIGHUP: closeOnSignal,
    // None: a benchmark or a slow test may keep one evaluate() waiting for hours.
    protocolTimeout: 0,
    timeout: 120_000,
    defaultViewport: null,
  });
}

/** @returns {string[]} */
function browserArguments() {
  const onLinux = process.platform === "linux";
  return [
    "--enable-unsafe-webgpu",
    // Timestamp queries are rounded to 100 µs without it.
    "--enable-webgpu-developer-features",
    ...(onLinux ? ["--enable-features=Vulkan"] : []),
    ...(usesSwiftShader() ? ["--use-webgpu-adapter=swiftshader"] : []),
    // Chrome's sandbox refuses to start as root, and most containers lack what it needs.
    ...(onLinux && (process.getuid?.() === 0 || process.env.CI) ? ["--no-sandbox"] : []),
    // After a few crashes of its GPU process Chrome gives pages no GPU, for two minutes or until it is started anew; trainers go on.
    "--disable-domain-blocking-for-3d-apis",
    "--disable-gpu-process-crash-limit",
    // A page in the background must train at full speed.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
  ];
}

/**
 * Whether WebGPU runs on SwiftShader, Chrome's software adapter. The environment variable SADDLEPOINT_ADAPTER
 * ("swiftshader" or "default") decides; without it, a computer that shows no GPU takes the software adapter.
 *
 * @returns {boolean}
 */
export function usesSwiftShader() {
  const wanted = process.env.SADDLEPOINT_ADAPTER;
  if (wanted === "swiftshader") return true;
  if (wanted === "default") return false;
  if (wanted) throw new Error(`SADDLEPOINT_ADAPTER is "${wanted}"; it must be "swiftshader" or "default".`);
  if (process.platform !== "linux") return false;
  return !hasDevice("/dev/dri", /^renderD\d+$/) && !hasDevice("/dev", /^nvidia\d+$/);
}

/**
 * @param {string} folder
 * @param {RegExp} name
 */
function hasDevice(folder, name) {
  return existsSync(folder) && readdirSync(folder).some((entry) => name.test(entry));
}

/**
 * @param {string} cacheDir
 * @returns {Promise<string[]>} the newest first
 */
async function cachedBrowsers(cacheDir) {
  const newestFirst = getVersionComparator(Browser.CHROME);
  return (await getInstalledBrowsers({ cacheDir }))
    .filter(({ browser, platform }) => browser === Browser.CHROME && platform === detectBrowserPlatform())
    .sort((a, b) => newestFirst(b.buildId, a.buildId))
    .map(({ executablePath }) => executablePath);
}

/** @returns {string[]} */
function installedBrowsers() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const commands = commandNames[process.platform] ?? [];
  return [
    ...folders.flatMap((folder) => commands.map((command) => join(folder, command))),
    ...(usualPaths[process.platform] ?? []),
    ...registeredChrome(),
  ];
}

/** @returns {string[]} */
function registeredChrome() {
  try {
    return [computeSystemExecutablePath({ browser: Browser.CHROME, channel: ChromeReleaseChannel.STABLE })];
  } catch {
    return [];
  }
}

/**
 * A file can be there and yet not start: a download whose system libraries are missing, or a wrapper script that only
 * says which package to install.
 *
 * @param {readonly string[]} paths
 * @returns {Promise<string | undefined>}
 */
async function firstThatRuns(paths) {
  for (const path of new Set(paths)) {
    if (!existsSync(path)) continue;
    // Elsewhere than on Linux, asking for the version may open a window.
    if (process.platform !== "linux") return path;
    try {
      const { stdout } = await run(path, ["--version"], { timeout: 30_000 });
      if (/chrom|edge/i.test(stdout)) return path;
    } catch {
      // The next one may start.
    }
  }
  return undefined;
}

async function installWithApt() {
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: 15 * 60_000,
    maxBuffer: 64 * 1024 * 1024,
  };
  await run("apt-get", ["update"], options);
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
}

/**
 * @param {unknown} error
 * @returns {string} what the program said last, which is where programs name the cause
 */
function causeOf(error) {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  const text = said || (error instanceof Error ? error.message : String(error));
  return text.trim().split("\n").at(-1) ?? "";
}
