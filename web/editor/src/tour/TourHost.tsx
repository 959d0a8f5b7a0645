import { useMatches, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { useCommand } from "~/keys/keys";
import { useRecents } from "~/shell/recents";
import { tellFailure } from "~/ui";
import { workflowToShow } from "./firstWorkflow";
import { takeWanted, useTour } from "./tour";

const Coach = lazy(() => import("./Coach"));

/** The place of the tour. It is shown in the editor; who starts it elsewhere is brought there. */
export function TourHost() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { at, begin } = useTour();
  const inEditor = useMatches({
    select: (found) => found.at(-1)?.routeId === "/inside/workflows/$workflow",
  });
  const start = async () => {
    if (!inEditor) {
      const workflow = await workflowToShow(useRecents.getState().all, t("tour.workflow"));
      await navigate({ to: "/workflows/$workflow", params: { workflow } });
    }
    begin();
  };
  const mayBuild = useGrant("workflow:write");
  useEffect(() => {
    if (inEditor && mayBuild && takeWanted()) {
      begin();
    }
  }, [inEditor, mayBuild, begin]);
  useCommand("tour", () => void start().catch(tellFailure));
  return at !== null && inEditor ? (
    <Suspense>
      <Coach key={at} number={at} />
    </Suspense>
  ) : null;
}
