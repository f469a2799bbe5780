/** What the page tells about the images before they are trained on. */
import { data } from "saddlepoint";
import { escapeText, formatNumber } from "../../charts/text.ts";
import { severityBadge } from "../../report/badge.ts";
import { type Surface, spokenAdvice } from "../../shared/remedies.ts";
import { element } from "../shared/element.ts";
import type { ShownImages } from "./open_images.ts";

/** More names than this are no list to read. */
const mostNames = 200;

const colourNames: Readonly<Record<number, string>> = { 1: "grey", 3: "colour", 4: "colour with alpha" };

export function showImages(images: ShownImages, batchSize: number, surface: Surface): void {
  const { source, classNames, leftOut, title } = images;
  const [height = 0, width = 0, channels = 1] = source.sampleShape;
  const classes = source.labels ? `in ${classNames.length} classes` : "without classes";
  element("data-summary").textContent =
    `${title}: ${formatNumber(source.count)} images of ${height} × ${width} pixels, ${colourNames[channels]}, ${classes}.`;
  showFindings(data.inspectImages(source, { batchSize }), surface);
  showLeftOut(leftOut);
}

function showFindings(findings: readonly data.ImageFinding[], surface: Surface): void {
  const texts = findings.map(({ message, remedies = [] }) => spokenAdvice({ problem: message, remedies }, surface));
  element("data-findings").innerHTML =
    findings.length === 0
      ? `<li>${severityBadge("good", "checked")} Nothing in these images will disturb the training.</li>`
      : texts.map((text) => `<li>${severityBadge("warning")} ${escapeText(text)}</li>`).join("");
}

function showLeftOut(leftOut: readonly data.SkippedFile[]): void {
  element("data-left-out").hidden = leftOut.length === 0;
  element("data-left-out-count").textContent =
    `${formatNumber(leftOut.length)} ${leftOut.length === 1 ? "file was" : "files were"} left out`;
  const names = leftOut
    .slice(0, mostNames)
    .map(({ name, reason }) => `<li><code>${escapeText(name)}</code>: ${escapeText(reason)}</li>`);
  const rest = leftOut.length - names.length;
  if (rest > 0) names.push(`<li>and ${formatNumber(rest)} more</li>`);
  element("data-left-out-names").innerHTML = names.join("");
}
