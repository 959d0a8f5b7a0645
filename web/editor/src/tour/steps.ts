/** What the tour shows, in its order. */

export interface Step {
  /** Its words are under this name. */
  readonly id: string;
  /** What it points at: the first of these that is seen. */
  readonly at: readonly string[];
  /** Which of several that are seen, from the left. */
  readonly number?: number;
  /** The command whose keys it tells. */
  readonly command: string;
  /** It goes on by itself once this is done. */
  readonly until?: "pressed" | "opened";
}

export const STEPS: readonly Step[] = [
  { id: "run", at: ["[data-tour=run]"], command: "run.all", until: "pressed" },
  {
    id: "open",
    at: ["[data-tour=node]", ".react-flow__node"],
    command: "open.node",
    // The first one from the left begins the workflow, and has little to show.
    number: 1,
    until: "opened",
  },
  { id: "add", at: ["[data-tour=add]"], command: "creator" },
  { id: "publish", at: ["[data-tour=publish]"], command: "workflow.publish" },
  { id: "find", at: ["[data-tour=find]"], command: "palette" },
];
