/**
 * What somebody brings back who went to another place to sign in. It is kept in memory: what can be
 * used to sign in has no place in an address.
 */

let brought = "";

/** The step that is left to be done. */
export function bringStep(step: string): void {
  brought = step;
}

/** Take it, once. */
export function takeStep(): string {
  const step = brought;
  brought = "";
  return step;
}
