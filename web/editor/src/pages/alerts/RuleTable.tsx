import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useWorkflowNames } from "~/api/workflows";
import { Table, When } from "~/ui";
import css from "./alerts.module.css";
import { RuleMenu } from "./RuleMenu";
import { RuleState } from "./RuleState";
import type { Shown } from "./shown";
import { useCondition } from "./useCondition";

interface Props {
  readonly rules: readonly models.AlertsRule[];
  readonly onShow: (shown: Shown) => void;
}

export function RuleTable({ rules, onShow }: Props) {
  const { t } = useTranslation();
  const names = useWorkflowNames(useGrant("workflow:read"));
  return (
    <Table className={css.table} aria-label={t("alerts.title")}>
      <thead>
        <tr>
          <th scope="col">{t("common.name")}</th>
          <th scope="col">{t("alerts.state")}</th>
          <th scope="col">{t("alerts.watches")}</th>
          <th scope="col">{t("alerts.seen")}</th>
          <th scope="col">{t("alerts.tells")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("common.more")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <Row
            key={rule.id}
            rule={rule}
            workflow={rule.workflow_id && (names.get(rule.workflow_id) ?? rule.workflow_id)}
            onShow={onShow}
          />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  readonly rule: models.AlertsRule;
  /** Empty: all. */
  readonly workflow: string;
  readonly onShow: (shown: Shown) => void;
}

function Row({ rule, workflow, onShow }: RowProps) {
  const { t } = useTranslation();
  const { condition, seen } = useCondition();
  return (
    <tr>
      <td>
        <button
          type="button"
          className={css.name}
          onClick={() => onShow({ what: "form", id: rule.id })}
        >
          {rule.name}
        </button>
      </td>
      <td>
        <RuleState rule={rule} />{" "}
        {rule.since_ms > 0 && !rule.disabled ? (
          <span className={css.note}>
            <When ms={rule.since_ms} ago />
          </span>
        ) : null}
      </td>
      <td>
        {condition(rule)}
        {workflow ? (
          <span className={css.note}> {t("alerts.inWorkflow", { name: workflow })}</span>
        ) : null}
      </td>
      <td data-label={t("alerts.seen")}>{seen(rule)}</td>
      <td data-label={t("alerts.tells")} className={css.target}>
        {rule.target}
      </td>
      <td className={css.menu}>
        <RuleMenu rule={rule} onShow={onShow} />
      </td>
    </tr>
  );
}
