import { ArrowRightToLine, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { DataView as Items } from "~/data";
import { Button, Empty, Select } from "~/ui";
import type { Before } from "../before";
import { useMapping } from "../form/mapping";
import css from "../panel.module.css";
import { useTestStep } from "../testing";
import { useNodeData } from "../useNodeData";
import { RunChoice } from "./RunChoice";

interface Props {
  readonly before: readonly Before[];
  /** The one whose data is shown. */
  readonly chosen: Before | undefined;
  readonly onChoose: (place: number) => void;
  readonly item: number;
  readonly onItem: (index: number) => void;
}

/** What a node can use: the items that come in, and those of the nodes before. */
export function InputPane({ before, chosen, onChoose, item, onItem }: Props) {
  const { t } = useTranslation();
  if (!chosen) {
    return (
      <Empty
        title={t("panel.noInput")}
        text={t("panel.noInputText")}
        icon={<ArrowRightToLine aria-hidden />}
      />
    );
  }
  return (
    <div className={css.pane}>
      <div className={css.paneHead}>
        <Select
          aria-label={t("panel.inputFrom")}
          value={before.indexOf(chosen)}
          onChange={(event) => onChoose(Number(event.target.value))}
        >
          {before.map((one, index) => (
            <option key={`${one.node}/${one.port}/${one.into}`} value={index}>
              {one.port && one.port !== "main" ? `${one.name} · ${one.port}` : one.name}
            </option>
          ))}
        </Select>
      </div>
      <ItemsOf one={chosen} item={item} onItem={onItem} />
    </div>
  );
}

interface ItemsProps {
  readonly one: Before;
  readonly item: number;
  readonly onItem: (index: number) => void;
}

function ItemsOf({ one, item, onItem }: ItemsProps) {
  const { t } = useTranslation();
  const testStep = useTestStep();
  const canRun = useGrant("workflow:run");
  const data = useNodeData(one.node);
  const insert = useMapping((mapping) => mapping.insert);
  const direct = one.port !== "";
  if (!data.source) {
    return (
      <Empty title={t("panel.noData")} text={t("panel.noDataText")}>
        {canRun ? (
          <Button look="primary" onClick={() => void testStep(one.node)}>
            <Play aria-hidden /> {t("panel.runBefore")}
          </Button>
        ) : null}
      </Empty>
    );
  }
  const only = data.source.ports?.filter((port) => port.name === one.port);
  const source = direct && only?.length ? { ...data.source, ports: only } : data.source;
  return (
    <Items
      label={t("panel.inputOf", { name: one.name })}
      source={source}
      origin={{ node: direct ? "" : one.name }}
      chosen={direct ? item : undefined}
      onChoose={direct ? onItem : undefined}
      onPick={insert ?? undefined}
      actions={data.place ? <RunChoice place={data.place} /> : null}
    />
  );
}
