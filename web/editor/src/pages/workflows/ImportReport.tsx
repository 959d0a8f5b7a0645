import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Badge } from "~/ui";
import css from "./dialogs.module.css";

interface Props {
  readonly found: models.ImportDone;
  /** A link to what was kept was followed. */
  readonly onOpen?: () => void;
}

/** How each workflow was mapped, and what somebody has to look at. */
export function ImportReport({ found, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.report} data-state="full">
      <p className={css.quiet}>
        {t("workflows.importSum", { count: found.workflows.length, importer: found.importer })}{" "}
        {t("workflows.importNodes", { mapped: found.mapped, nodes: found.nodes })}
      </p>
      {found.workflows.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: before they are kept they have no names that differ
        <OneReport key={index} one={one} onOpen={onOpen} />
      ))}
    </div>
  );
}

interface OneProps {
  readonly one: models.ImportedWorkflow;
  readonly onOpen: (() => void) | undefined;
}

function OneReport({ one, onOpen }: OneProps) {
  const { t } = useTranslation();
  const { report, error, workflow } = one;
  const blocking = report.remarks.filter((remark) => remark.blocks);
  const others = report.remarks.filter((remark) => !remark.blocks);
  const nodeOf = (id: string) => report.subjects[id]?.name ?? "";
  return (
    <details className={css.reported} open={blocking.length > 0 || error !== ""}>
      <summary>
        <span className={css.reportName}>{report.name || t("workflows.untitled")}</span>
        <Verdict one={one} blocking={blocking.length} />
        <span className={css.quiet}>
          {t("workflows.importNodes", { mapped: report.mapped, nodes: report.nodes })}
        </span>
        {workflow ? (
          <Link to="/workflows/$workflow" params={{ workflow }} onClick={onOpen}>
            {t("common.open")}
          </Link>
        ) : null}
      </summary>
      {error ? <p className={css.wrong}>{error}</p> : null}
      <ul className={css.remarks}>
        {blocking.map((remark) => (
          <Line
            key={remark.code + remark.node + remark.field}
            node={nodeOf(remark.node)}
            kind="bad"
          >
            {remark.message}
          </Line>
        ))}
        {report.findings.map((finding) => (
          <Line
            key={`${finding.code}${finding.node ?? ""}${finding.field ?? ""}`}
            node={nodeOf(finding.node ?? "")}
            kind={finding.level === "warning" ? "info" : "bad"}
          >
            {finding.message} {finding.fix}
          </Line>
        ))}
        {others.map((remark) => (
          <Line
            key={remark.code + remark.node + remark.field}
            node={nodeOf(remark.node)}
            kind="info"
          >
            {remark.message}
          </Line>
        ))}
      </ul>
      {report.remarks.length + report.findings.length === 0 && !error ? (
        <p className={css.quiet}>{t("workflows.importClean")}</p>
      ) : null}
    </details>
  );
}

function Verdict({ one, blocking }: { one: models.ImportedWorkflow; blocking: number }) {
  const { t } = useTranslation();
  if (one.error) {
    return (
      <Badge tone="bad">
        <CircleX aria-hidden /> {t("workflows.importRefused")}
      </Badge>
    );
  }
  return one.report.ready ? (
    <Badge tone="good">
      <CircleCheck aria-hidden /> {t("workflows.importReady")}
    </Badge>
  ) : (
    <Badge tone="warn">
      <TriangleAlert aria-hidden /> {t("workflows.importAttention", { count: blocking })}
    </Badge>
  );
}

interface LineProps {
  readonly node: string;
  readonly kind: "bad" | "info";
  readonly children: React.ReactNode;
}

function Line({ node, kind, children }: LineProps) {
  const { t } = useTranslation();
  const Icon = kind === "bad" ? CircleAlert : Info;
  return (
    <li data-kind={kind}>
      <Icon
        size={16}
        aria-label={t(kind === "bad" ? "workflows.importMust" : "workflows.importNote")}
      />
      <span>
        {node ? <strong>{node}: </strong> : null}
        {children}
      </span>
    </li>
  );
}
