import { Link, useParams } from "@tanstack/react-router";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { About } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { useWorkflow } from "~/editing/useWorkflow";
import { classOf, Failure, Loading } from "~/ui";
import { tell } from "~/ui/told";
import css from "./editor.module.css";
import { Notices } from "./Notices";
import { TopBar } from "./TopBar";
import { Workbench } from "./Workbench";

/** One workflow: built, run and watched. */
export function EditorPage() {
  const { workflow } = useParams({ strict: false }) as { readonly workflow: string };
  return (
    <About value={workflow}>
      <OpenWorkflow key={workflow} workflow={workflow} />
    </About>
  );
}

function OpenWorkflow({ workflow }: { readonly workflow: string }) {
  const { t } = useTranslation();
  const session = useWorkflow(workflow, { told: () => tell(t("canvas.changedByOthers")) });
  const name = useEditing((editing) => editing.history.document.name);
  const shown = session.state === "ready" ? name : t("canvas.workflow");
  useEffect(() => {
    document.title = `${shown} · Penstock`;
  }, [shown]);
  if (session.state === "ready") {
    return (
      <ReactFlowProvider>
        <main className={css.page} id="content" tabIndex={-1}>
          <TopBar workflow={workflow} />
          <Notices />
          <Workbench />
        </main>
      </ReactFlowProvider>
    );
  }
  return (
    <main className={css.waiting} id="content" tabIndex={-1}>
      <h1 className="visually-hidden">{t("canvas.workflow")}</h1>
      {session.state === "loading" ? (
        <Loading lines={10} />
      ) : (
        <>
          <Failure error={session.error} onRetry={session.again} />
          <Link to="/workflows" className={classOf()}>
            {t("canvas.toWorkflows")}
          </Link>
        </>
      )}
    </main>
  );
}
