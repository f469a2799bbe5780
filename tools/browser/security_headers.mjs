/** What our own servers tell a browser of their pages, so that these can read nothing from elsewhere, nor be read there. */

/**
 * What a page of this server may load and do: its own scripts, and pictures and workers that it made itself.
 *
 * @param {string} [scripts] more sources of scripts
 */
export const contentPolicy = (scripts = "") =>
  [
    "default-src 'none'",
    `script-src 'self' ${scripts}`.trimEnd(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

export const securityHeaders = {
  // Another page can then embed nothing of this one, not even to learn the size of a picture.
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
