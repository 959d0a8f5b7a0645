import type { Workflow } from "~/api/workflows";
import type { Folder } from "./library";

/** Which dialog of the library is open, and what it is about. */
export type Asking =
  | { readonly kind: "import" }
  | { readonly kind: "place"; readonly which: readonly Workflow[] }
  | { readonly kind: "tags"; readonly which: readonly Workflow[] }
  | { readonly kind: "rename"; readonly workflow: Workflow }
  | { readonly kind: "share"; readonly workflow: Workflow }
  | { readonly kind: "folder.add"; readonly parent: string }
  | { readonly kind: "folder.rename"; readonly folder: Folder }
  | { readonly kind: "folder.move"; readonly folder: Folder }
  | { readonly kind: "folder.remove"; readonly folder: Folder };
