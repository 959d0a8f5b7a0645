/** Comments are written on the server, which says who and when; the text that is open takes them in. */

import { api, type models } from "~/api/client";
import { catchUp } from "./follow";
import { readWorkflow } from "./server";
import { flush } from "./session";
import { useEditing } from "./store";

/** Say something about a node, an edge or the workflow, or answer what was said. */
export async function say(given: models.CommentGiven): Promise<void> {
  // What it is about may be as new as the comment.
  await flush();
  await written(() => api().addComment(useEditing.getState().workflow, given));
}

export async function changeComment(comment: string, change: models.CommentChanged): Promise<void> {
  await written(() => api().changeComment(useEditing.getState().workflow, comment, change));
}

/** Settle what was said, or open it again. */
export async function settle(comment: string, resolved: boolean): Promise<void> {
  await changeComment(comment, { resolved });
}

export async function takeBack(comment: string): Promise<void> {
  await written(() => api().removeComment(useEditing.getState().workflow, comment));
}

async function written(act: () => Promise<unknown>): Promise<void> {
  await act();
  await catchUp({
    state: useEditing.getState,
    set: useEditing.setState,
    read: readWorkflow,
  });
}
