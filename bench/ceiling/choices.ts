/** Those of a kernel's choices that split a problem without a rest. @throws Error where there are none. */
export function thatFit<Choice>(choices: readonly Choice[], fits: (choice: Choice) => boolean, what: string): Choice[] {
  const found = choices.filter(fits);
  if (found.length === 0) throw new Error(`The hand-wired ${what} has no kernel for this size.`);
  return found;
}
