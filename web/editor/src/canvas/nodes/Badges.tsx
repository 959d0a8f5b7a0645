import {
  CircleAlert,
  CircleDashed,
  type LucideIcon,
  MessageSquare,
  OctagonPause,
  Pin,
  PowerOff,
  RotateCcw,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Tip } from "~/ui";
import { openComments } from "../comments/open";
import { useMode } from "../mode";
import { worstOf } from "../view/issues";
import type { StepView } from "../view/types";
import css from "./nodes.module.css";

interface Props {
  readonly id: string;
  readonly view: StepView;
}

/** What is set for a node beside its parameters, and what was found about it. */
export function Badges({ id, view }: Props) {
  const { t } = useTranslation();
  const settings = view.spec.settings ?? {};
  const attempts = settings.retry?.max_attempts ?? 1;
  const level = worstOf(view.findings);
  const told = view.findings.map((one) => [one.message, one.fix].filter(Boolean).join(" "));
  return (
    <span className={css.badges}>
      {level ? <Found id={id} level={level} told={told} /> : null}
      {view.unknown ? <Badge icon={CircleDashed} text={t("canvas.unknownType")} /> : null}
      {settings.disabled ? <Badge icon={PowerOff} text={t("canvas.isDisabled")} /> : null}
      {view.pinned ? <Badge icon={Pin} text={t("canvas.isPinned")} tone="wait" /> : null}
      {attempts > 1 ? (
        <Badge icon={RotateCcw} text={t("canvas.retries", { count: attempts })} />
      ) : null}
      {settings.breakpoint ? (
        <Badge icon={OctagonPause} text={t("canvas.hasBreakpoint")} tone="bad" />
      ) : null}
      {view.comments > 0 ? <Said id={id} count={view.comments} /> : null}
    </span>
  );
}

interface BadgeProps {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly tone?: string;
}

function Badge({ icon: Icon, text, tone }: BadgeProps) {
  return (
    <Tip text={text}>
      <span className={css.badge} data-tone={tone} role="img" aria-label={text}>
        <Icon aria-hidden size={12} />
      </span>
    </Tip>
  );
}

interface FoundProps {
  readonly id: string;
  readonly level: "error" | "warning";
  readonly told: readonly string[];
}

function Found({ id, level, told }: FoundProps) {
  const { openNode } = useMode();
  const Icon = level === "error" ? CircleAlert : TriangleAlert;
  const text = told.join("\n");
  return (
    <Tip text={text}>
      <button
        type="button"
        tabIndex={-1}
        className={`${css.badge} nodrag nopan`}
        data-tone={level === "error" ? "bad" : "warn"}
        aria-label={text}
        onClick={() => openNode(id)}
      >
        <Icon aria-hidden size={13} />
      </button>
    </Tip>
  );
}

function Said({ id, count }: { readonly id: string; readonly count: number }) {
  const { t } = useTranslation();
  const text = t("canvas.comments", { count });
  return (
    <Tip text={text}>
      <button
        type="button"
        tabIndex={-1}
        className={`${css.badge} nodrag nopan`}
        data-tone="info"
        aria-label={text}
        onClick={() => openComments({ node: id })}
      >
        <MessageSquare aria-hidden size={12} /> {count}
      </button>
    </Tip>
  );
}
