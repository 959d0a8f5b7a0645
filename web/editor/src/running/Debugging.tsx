import { Pencil, Play, StepForward } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui";
import { EditItem } from "./EditItem";
import { useRun } from "./scope";
import { goOn } from "./start";
import type { Step } from "./step";

/** One step on, all the way on, or on with another item. */
export function Debugging({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const [editing, setEditing] = useState(false);
  const first = steps[0];
  return (
    <>
      <Button onClick={() => void goOn(execution, true)}>
        <StepForward aria-hidden />
        {t("running.step")}
      </Button>
      <Button look="primary" onClick={() => void goOn(execution, false)}>
        <Play aria-hidden />
        {t("running.continue")}
      </Button>
      <Button disabled={!first} onClick={() => setEditing(true)}>
        <Pencil aria-hidden />
        {t("running.editItem")}
      </Button>
      {editing && first ? (
        <EditItem execution={execution} step={first} onClose={() => setEditing(false)} />
      ) : null}
    </>
  );
}
