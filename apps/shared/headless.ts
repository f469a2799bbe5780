/** What `tools/browser/headless_page.mjs` and the page that it opens share. */
declare global {
  interface Window {
    /** Set by the page; called with arguments that JSON can hold. */
    saddlepointRun?: (...parameters: readonly unknown[]) => Promise<unknown>;
    /** Set by the tool. */
    saddlepointProgress?: (line: string) => void;
    /** Set by the tool: takes the arguments of a call of `console.log` as JSON. */
    saddlepointPrint?: (values: string) => void;
  }
}

export {};
