import { Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useWorkflows } from "~/api/workflows";
import { useEditing } from "~/editing/store";
import { classOf, Failure, Select } from "~/ui";
import { useForm } from "../form/Form";
import css from "../form/form.module.css";
import type { ControlProps } from "./Control";
import { useDescribed } from "./described";

/** Another workflow, by its name, with the way to it. */
export function WorkflowControl(props: ControlProps) {
  const { field, value, path } = props;
  const { t } = useTranslation();
  const form = useForm();
  const described = useDescribed(props);
  const own = useEditing((state) => state.workflow);
  const asked = useWorkflows();
  const current = String(value ?? field.initial ?? "");
  const found = (asked.data ?? []).filter((one) => one.id !== own || one.id === current);
  const known = found.some((one) => one.id === current);
  return (
    <>
      <div className={css.credentialLine}>
        <Select
          {...described}
          value={current}
          disabled={form.readOnly}
          onChange={(event) => form.set(path, event.target.value || undefined)}
        >
          {known && current !== "" ? null : (
            <option value={current}>
              {current || t(asked.isPending ? "common.loading" : "panel.choose")}
            </option>
          )}
          {found.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
        {known ? (
          <Link className={classOf()} to="/workflows/$workflow" params={{ workflow: current }}>
            <ExternalLink aria-hidden /> {t("panel.openWorkflow")}
          </Link>
        ) : null}
      </div>
      {asked.error ? <Failure error={asked.error} onRetry={() => void asked.refetch()} /> : null}
    </>
  );
}
