import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Tabs } from "~/ui";
import css from "./panel.module.css";

export type Side = "input" | "middle" | "output";

interface Props {
  readonly input: ReactNode;
  readonly middle: ReactNode;
  readonly output: ReactNode;
  /** What is in front where not everything has room. */
  readonly side: Side;
  readonly onSide: (side: Side) => void;
}

/** Wide enough for three panes beside each other; for the data beside the parameters. */
const WIDE_PX = 720;
const MIDDLE_PX = 500;
type Room = "three" | "two" | "one";

/** Input, parameters and output: beside each other as far as there is room. */
export function Panes(props: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const room = useRoom(place);
  const { input, middle, output, side, onSide } = props;
  // Which data stands beside the parameters, where these have a place of their own.
  const [data, setData] = useState<Side>("input");
  if (side !== "middle" && side !== data) {
    setData(side);
  }
  const tabOf = (id: Side, title: string, body: ReactNode) => ({ id, title, body: () => body });
  const tabs = [
    tabOf("input", t("panel.input"), input),
    tabOf("middle", t("panel.tabParameters"), middle),
    tabOf("output", t("panel.output"), output),
  ];
  const tabbed = (shown: typeof tabs, chosen: Side) => (
    <div className={css.narrow}>
      <Tabs
        label={t("panel.panes")}
        chosen={chosen}
        onChoose={(id) => onSide(tabs.find((tab) => tab.id === id)?.id ?? "middle")}
        tabs={shown}
      />
    </div>
  );
  const separator = <Separator className={css.separator} aria-label={t("panel.resize")} />;
  return (
    <div ref={place} className={css.panes}>
      {room === "three" ? (
        <Group key="three" orientation="horizontal" className={css.group}>
          <Panel minSize={170} defaultSize="28%" className={css.side}>
            <h2 className={css.paneTitle}>{t("panel.input")}</h2>
            {input}
          </Panel>
          {separator}
          <Panel minSize={260} className={css.center}>
            {middle}
          </Panel>
          {separator}
          <Panel minSize={170} defaultSize="30%" className={css.side}>
            <h2 className={css.paneTitle}>{t("panel.output")}</h2>
            {output}
          </Panel>
        </Group>
      ) : null}
      {room === "two" ? (
        <Group key="two" orientation="horizontal" className={css.group}>
          <Panel minSize={200} defaultSize="46%" className={css.side}>
            {tabbed(
              tabs.filter((tab) => tab.id !== "middle"),
              data,
            )}
          </Panel>
          {separator}
          <Panel minSize={260} className={css.center}>
            {middle}
          </Panel>
        </Group>
      ) : null}
      {room === "one" ? tabbed(tabs, side) : null}
    </div>
  );
}

/** How much there is room for; null: not yet known. */
function useRoom(place: RefObject<HTMLDivElement | null>): Room | null {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) {
      return;
    }
    const look = () => {
      const width = box.clientWidth;
      setRoom(width >= WIDE_PX ? "three" : width >= MIDDLE_PX ? "two" : "one");
    };
    const watching = new ResizeObserver(look);
    watching.observe(box);
    return () => watching.disconnect();
  }, [place]);
  return room;
}
