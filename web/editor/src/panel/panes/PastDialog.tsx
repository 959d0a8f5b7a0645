import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { stepSource } from "~/data";
import { staysOpen, useEditing } from "~/editing/store";
import { useFigures } from "~/i18n/useFigures";
import { DEFAULT_SET, pin } from "~/model/edit/fixtures";
import { StatusBadge, show } from "~/running";
import { Button, Dialog, Empty, Failure, Loading, tell, tellFailure } from "~/ui";
import css from "../panel.module.css";
import { readToPin } from "./pinning";

interface Props {
  readonly node: string;
  readonly onClose: () => void;
}

/** Earlier executions: to look at their data here, or to keep what this node put out in one of them. */
export default function PastDialog({ node, onClose }: Props) {
  const { t } = useTranslation();
  const { ago } = useFigures();
  const workflow = useEditing((state) => state.workflow);
  const asked = useQuery({
    queryKey: ["executions", "past", workflow],
    queryFn: async () => (await api().listExecutions({ workflow, limit: 30 })).items,
    staleTime: 0,
  });
  const look = (one: models.OverviewListed) => {
    show(one.id);
    onClose();
  };
  const keep = async (one: models.OverviewListed) => {
    const isOpen = staysOpen();
    const { items } = await readToPin(await lastOutput(one.id, node, t("panel.notInRun")));
    if (!isOpen()) {
      return;
    }
    useEditing.getState().edit(t("panel.pin"), (draft) => pin(draft, node, items, DEFAULT_SET));
    tell(t("panel.pinDone"));
    onClose();
  };
  return (
    <Dialog wide open title={t("panel.past")} text={t("panel.pastText")} onClose={onClose}>
      {asked.isPending ? <Loading /> : null}
      {asked.error ? <Failure error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {asked.data?.length === 0 ? <Empty title={t("panel.noPast")} /> : null}
      <ul className={css.past}>
        {asked.data?.map((one) => (
          <li key={one.id}>
            <StatusBadge status={one.status} />
            <span className={css.pastWhen}>
              {ago(one.created_ms)} · {one.mode}
            </span>
            <Button onClick={() => look(one)}>{t("panel.pastLook")}</Button>
            <Button onClick={() => void keep(one).catch(tellFailure)}>{t("panel.pastKeep")}</Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

async function lastOutput(execution: string, node: string, missing: string) {
  let run = -1;
  for await (const step of api().listSteps(execution, { limit: 200 })) {
    if (step.node_id === node) {
      run = Math.max(run, step.run_index);
    }
  }
  if (run < 0) {
    throw new Error(missing);
  }
  return stepSource({ execution, node, run, side: "output" });
}
