import { useTranslation } from "react-i18next";
import { Button, Dialog } from "~/ui";
import type { Progress } from "./bulk";
import css from "./executions.module.css";

interface Props {
  readonly progress: Progress;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

/** How far a deed with many is, and what it could not be done for. */
export function BulkProgress({ progress, onStop, onClose }: Props) {
  const { t } = useTranslation();
  const { done, total, failed } = progress;
  const isDone = done >= total;
  const close = () => {
    onStop();
    onClose();
  };
  return (
    <Dialog
      open
      title={t(isDone ? "executions.bulk.over" : "executions.bulk.working")}
      onClose={close}
      foot={<Button onClick={close}>{t(isDone ? "common.close" : "executions.bulk.stop")}</Button>}
    >
      <progress className={css.progress} value={done} max={total} aria-label={`${done}/${total}`} />
      <p role="status">{t("executions.bulk.progress", { done, total })}</p>
      {failed.length > 0 ? (
        <>
          <p>{t("executions.bulk.failed", { count: failed.length })}</p>
          <ul className={css.failed}>
            {failed.slice(0, 50).map((one) => (
              <li key={one.execution}>
                <code>{one.execution.slice(0, 8)}</code> {one.error}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Dialog>
  );
}
