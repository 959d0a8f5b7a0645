/** What goes on around an open workflow: saving, validation, and following what others do. */

import { watch } from "~/api/live";
import { isSameDocument } from "~/model/diff";
import { Autosave } from "./autosave";
import { catchUp, type Following, isNews, savedBy } from "./follow";
import { readWorkflow, saveWorkflow, validate } from "./server";
import { useEditing } from "./store";
import { keptOf, sweep } from "./unsaved";
import { keepValidated } from "./validation";

const store = {
  state: useEditing.getState,
  set: useEditing.setState,
  subscribe: (told: () => void) => useEditing.subscribe(told),
};

let saving: Autosave | undefined;

/** Save now what is not saved; after it, the server has the text unless the state says otherwise. */
export async function flush(): Promise<void> {
  await saving?.saveNow();
}

export interface SessionOptions extends Pick<Following, "reason"> {
  /** Somebody else changed the text, and it is shown now. */
  readonly told?: ((by: string) => void) | undefined;
}

/** Begin, for the workflow that was opened in the store; ends when what is returned is called. */
export function beginSession({ told, reason }: SessionOptions = {}): () => void {
  const { workflow } = useEditing.getState();
  offerUnsaved();
  const own = new Autosave({
    ...store,
    save: saveWorkflow,
    read: readWorkflow,
    now: Date.now,
  });
  saving = own;
  const endValidation = keepValidated({ ...store, validate });
  const following = {
    ...store,
    read: readWorkflow,
    ...(told ? { told } : {}),
    ...(reason ? { reason } : {}),
  };
  const endWatch = watch({ workflow }, (events) => {
    if (isNews(events, useEditing.getState().etag)) {
      void catchUp(following, savedBy(events));
    }
  });
  const endLeaving = watchLeaving(own);
  return () => {
    endLeaving();
    endWatch();
    endValidation();
    saving = saving === own ? undefined : saving;
    void own.stop();
  };
}

function offerUnsaved(): void {
  const { workflow, etag, history, readOnly } = useEditing.getState();
  sweep(Date.now());
  const kept = keptOf(workflow);
  if (kept && !readOnly && !isSameDocument(kept.document, history.document)) {
    const { document, at } = kept;
    useEditing.setState({ unsaved: { document, at, isOlder: kept.etag !== etag } });
  }
}

/** Keep or save what is left when the page is hidden, closed, or online again. */
function watchLeaving(own: Autosave): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const isUnsaved = () => useEditing.getState().saving !== "saved";
  window.addEventListener(
    "beforeunload",
    (event) => {
      if (isUnsaved()) {
        own.keepNow();
        void own.saveNow();
        event.preventDefault();
      }
    },
    { signal },
  );
  window.addEventListener("pagehide", () => own.keepNow(), { signal });
  window.addEventListener("online", () => own.wake(), { signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "hidden" && isUnsaved()) {
        own.keepNow();
        void own.saveNow();
      }
    },
    { signal },
  );
  return () => controller.abort();
}
