import { ArrowLeftFromLine, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { DataView as Items } from "~/data";
import { Badge, Button, Empty, Loading } from "~/ui";
import css from "../panel.module.css";
import { useTestStep } from "../testing";
import { useNodeData, useNodeName } from "../useNodeData";
import { Failed } from "./Failed";
import { PinTools } from "./PinTools";
import { RunChoice } from "./RunChoice";

interface Props {
  readonly node: string;
  readonly onParameters: () => void;
}

/** What a node put out, or why it did not; to be pinned, edited and taken from a past execution. */
export function OutputPane({ node, onParameters }: Props) {
  const { t } = useTranslation();
  const testStep = useTestStep();
  const canRun = useGrant("workflow:run");
  const name = useNodeName(node);
  const data = useNodeData(node);
  const { step, place, source } = data;
  const failed = !data.pinned && step?.status === "error" ? step.error : null;
  // What was stopped has put out as little as what did not run.
  const isNothing = !step || step.status === "canceled";
  const tools = (
    <>
      {place && !data.pinned ? <RunChoice place={place} /> : null}
      {data.pinned ? <Badge tone="wait">{t("panel.pinned")}</Badge> : null}
      <PinTools node={node} data={data} />
    </>
  );
  return (
    <div className={css.pane}>
      {source ? null : <div className={css.paneHead}>{tools}</div>}
      {failed ? <Failed node={node} error={failed} onParameters={onParameters} /> : null}
      {step && !step.finishedMs && !data.pinned ? <Loading /> : null}
      {source ? (
        <Items
          label={t("panel.outputOf", { name })}
          source={source}
          origin={{ node: name }}
          actions={tools}
        />
      ) : null}
      {!source && !failed && isNothing ? (
        <Empty
          title={t("panel.noOutput")}
          text={t("panel.noOutputText")}
          icon={<ArrowLeftFromLine aria-hidden />}
        >
          {canRun ? (
            <Button look="primary" onClick={() => void testStep(node)}>
              <Play aria-hidden /> {t("panel.testStep")}
            </Button>
          ) : null}
        </Empty>
      ) : null}
    </div>
  );
}
