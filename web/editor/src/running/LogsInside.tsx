import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocument } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { Empty } from "~/ui";
import { useLogs } from "./logs";
import css from "./running.module.css";
import { useRun } from "./scope";
import type { Step } from "./step";
import { RunViews } from "./steps/RunViews";
import { StepDetail } from "./steps/StepDetail";
import { useShownStep } from "./steps/useShownStep";

/** The steps of the run on one side, the chosen one on the other. */
export function LogsInside() {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const document = useDocument();
  const [chosen, setChosen] = useState<Step | null>(null);
  const side = useLogs((logs) => logs.side);
  const step = useShownStep(chosen);
  if (!execution) {
    return (
      <div className={css.dockBody}>
        <Empty
          title={t("running.noRun")}
          text={t("running.noRunText", { keys: keysOf("run.all") })}
        />
      </div>
    );
  }
  return (
    <div className={css.dockBody}>
      <div className={css.dockLeft}>
        <RunViews document={document} chosen={step} onChoose={setChosen} />
      </div>
      <div className={css.dockRight}>
        {step ? (
          <StepDetail
            document={document}
            step={step}
            side={side}
            onSide={(next) => useLogs.setState({ side: next })}
          />
        ) : (
          <Empty title={t("running.chooseStep")} />
        )}
      </div>
    </div>
  );
}
