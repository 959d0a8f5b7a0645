import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, Failure } from "~/ui";
import css from "./shell.module.css";

/** What browsers say when a part of the page is not on the server any more. */
const GONE = /dynamically imported module|importing a module|preload CSS/i;

/** In the place of a screen that broke: what happened, and the way on. The rest stays. */
export function ScreenFailure({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const gone = error instanceof Error && GONE.test(error.message);
  return (
    <main id="content" className={css.broken} tabIndex={-1}>
      <h1>{t(gone ? "shell.newer" : "shell.broken")}</h1>
      {gone ? <p>{t("shell.newerText")}</p> : <Failure error={error} onRetry={reset} />}
      <Button look="primary" onClick={() => window.location.reload()}>
        {t("shell.reload")}
      </Button>
    </main>
  );
}
