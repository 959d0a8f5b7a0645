import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keysOf } from "~/keys/keys";
import { IconButton } from "~/ui";
import css from "../canvas.module.css";

/** Zooming by buttons; more buttons stand beside them. */
export function ZoomBar({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const percent = useStore((flow) => Math.round(flow.transform[2] * 100));
  return (
    <Panel position="bottom-left">
      <div className={css.bar} role="toolbar" aria-label={t("canvas.controls")}>
        <IconButton label={t("canvas.zoomOut")} keys={keysOf("zoom.out")} onClick={() => zoomOut()}>
          <Minus />
        </IconButton>
        <button
          type="button"
          className={css.percent}
          title={t("canvas.zoomReset")}
          onClick={() => zoomTo(1)}
        >
          {percent} %
        </button>
        <IconButton label={t("canvas.zoomIn")} keys={keysOf("zoom.in")} onClick={() => zoomIn()}>
          <Plus />
        </IconButton>
        <IconButton
          label={t("canvas.zoomFit")}
          keys={keysOf("zoom.fit")}
          onClick={() => fitView({ padding: 0.15, maxZoom: 1 })}
        >
          <Maximize />
        </IconButton>
        {children}
      </div>
    </Panel>
  );
}
