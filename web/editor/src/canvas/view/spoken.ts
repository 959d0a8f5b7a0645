/** What is read aloud for a node. */

import type { TFunction } from "i18next";
import { worstOf } from "./issues";
import type { StepView } from "./types";

export function spoken(t: TFunction, view: StepView): string {
  const settings = view.spec.settings ?? {};
  const level = worstOf(view.findings);
  const parts = [
    view.spec.name,
    view.subtitle === view.spec.name ? "" : view.subtitle,
    view.trigger ? t("canvas.trigger") : "",
    view.container ? t("canvas.container") : "",
    view.unknown ? t("canvas.unknownType") : "",
    settings.disabled ? t("canvas.isDisabled") : "",
    view.pinned ? t("canvas.isPinned") : "",
    settings.breakpoint ? t("canvas.hasBreakpoint") : "",
    level ? view.findings.map((one) => one.message).join(". ") : "",
    view.comments > 0 ? t("canvas.comments", { count: view.comments }) : "",
    view.mark ? t(`canvas.marks.${view.mark}`) : "",
  ];
  return parts.filter(Boolean).join(", ");
}
