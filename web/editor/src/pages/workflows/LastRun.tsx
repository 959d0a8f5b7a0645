import { Link } from "@tanstack/react-router";
import { Ban, CircleAlert, CircleCheck, CircleDashed, Hourglass, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone, When } from "~/ui";
import { useLastRun } from "./useLastRun";
import css from "./workflows.module.css";

const LOOKS: Readonly<Record<string, readonly [Tone, typeof CircleCheck]>> = {
  success: ["good", CircleCheck],
  error: ["bad", CircleAlert],
  dead: ["bad", CircleAlert],
  canceled: ["plain", Ban],
  waiting: ["wait", Hourglass],
  running: ["info", LoaderCircle],
  queued: ["plain", CircleDashed],
};

/** How a workflow ran last, as a link to that execution. */
export function LastRun({ workflow }: { readonly workflow: string }) {
  const { t } = useTranslation();
  const run = useLastRun(workflow);
  if (!run) {
    return run === null ? <span className={css.quiet}>{t("workflows.neverRan")}</span> : null;
  }
  const [tone, Icon] = LOOKS[run.status] ?? ["plain", CircleDashed];
  return (
    <Link to="/executions/$execution" params={{ execution: run.id }} className={css.run}>
      <Badge tone={tone}>
        <Icon aria-hidden />
        {t(`workflows.status_${run.status}`)}
      </Badge>
      <span className={css.quiet}>
        <When ms={run.finished_ms || run.created_ms} ago />
      </span>
    </Link>
  );
}
