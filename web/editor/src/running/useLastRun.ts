import { useEffect } from "react";
import { api } from "~/api/client";
import { useAsking } from "./asking";
import { editorRun } from "./scope";
import { show, showNone } from "./start";

/** Show the latest run by hand of the workflow that is open, so that its data is there to build on. */
export function useLastRun(workflow: string): void {
  useEffect(() => {
    if (!workflow) {
      return;
    }
    const { next } = useAsking.getState();
    const wanted = next?.workflow === workflow ? next.execution : "";
    if (wanted) {
      show(wanted);
    }
    let gone = false;
    const find = async (): Promise<void> => {
      const page = await api().listExecutions({ workflow, mode: "manual", limit: 10 });
      const last = page.items.find((one) => one.version === null);
      if (last && !gone && editorRun.getState().execution === "") {
        show(last.id);
      }
    };
    if (!wanted) {
      // Without it the editor is as good as before the first run.
      find().catch(() => undefined);
    }
    return () => {
      gone = true;
      useAsking.setState({ input: null, trigger: "", given: {}, begun: "" });
      showNone();
    };
  }, [workflow]);
}
