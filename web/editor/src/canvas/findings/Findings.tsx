import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { type Finding, findNode } from "~/model/document";
import { Button } from "~/ui";
import { edgeOf, worstOf } from "../view/issues";
import css from "./findings.module.css";

interface Props {
  readonly onGo: (finding: Finding) => void;
}

/** What keeps the workflow from running or looks wrong; a click leads to where it is. */
export function Findings({ onGo }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const findings = useEditing((editing) => editing.findings);
  useCommand("workflow.findings", () => setOpen(true));
  const errors = findings.filter((one) => one.level !== "warning").length;
  const level = worstOf(findings);
  const Icon = level === "error" ? CircleAlert : level === "warning" ? TriangleAlert : CircleCheck;
  const label = level
    ? t("canvas.findingsCount", { count: findings.length })
    : t("canvas.noFindings");
  const go = (finding: Finding) => {
    setOpen(false);
    onGo(finding);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button
          look="quiet"
          className={css.button}
          data-level={level || "none"}
          aria-label={label}
          title={label}
        >
          <Icon aria-hidden />
          {findings.length > 0 ? errors || findings.length : null}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={css.list}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("canvas.findings")}
        >
          <h2 className={css.title}>{label}</h2>
          {findings.length === 0 ? <p className={css.quiet}>{t("canvas.noFindingsText")}</p> : null}
          <ul className={css.lines}>
            {findings.map((finding, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same may be found twice
              <li key={index}>
                <Line finding={finding} onGo={go} />
              </li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface LineProps {
  readonly finding: Finding;
  readonly onGo: (finding: Finding) => void;
}

function Line({ finding, onGo }: LineProps) {
  const { t } = useTranslation();
  const name = useEditing(({ history }) => {
    const edge = edgeOf(history.document.edges ?? [], finding);
    return findNode(history.document, finding.node || edge?.to[0] || "")?.name ?? "";
  });
  const warns = finding.level === "warning";
  const Icon = warns ? TriangleAlert : CircleAlert;
  return (
    <button type="button" className={css.line} onClick={() => onGo(finding)}>
      <Icon
        size={16}
        className={warns ? css.warn : css.bad}
        aria-label={t(warns ? "canvas.warning" : "canvas.error")}
      />
      <span className={css.words}>
        {name ? <strong>{name}</strong> : null}
        <span>{finding.message}</span>
        {finding.fix ? <span className={css.quiet}>{finding.fix}</span> : null}
      </span>
    </button>
  );
}
