/** Which dialog is open, and of which rule; a form without one is for a new rule. */
export interface Shown {
  readonly what: "form" | "messages" | "secret";
  readonly id: string;
}
