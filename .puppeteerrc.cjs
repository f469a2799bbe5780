/**
 * Installing packages must not download a browser: tools/browser/browser.mjs finds one that is already there,
 * and downloads one only where there is none.
 *
 * @type {import("puppeteer").Configuration}
 */
module.exports = { skipDownload: true };
