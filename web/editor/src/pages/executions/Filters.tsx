import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflows } from "~/api/workflows";
import { Button, IconButton, Input, Select } from "~/ui";
import css from "./executions.module.css";
import { type Filter, MODES, PERIODS } from "./filter";

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly fixed: boolean;
}

/** What the list is narrowed by; all of it stands in the address. */
export function Filters({ filter, onFilter, fixed }: Props) {
  const { t } = useTranslation();
  const set = (some: Partial<Filter>) => onFilter({ ...filter, ...some });
  const [custom, setCustom] = useState(false);
  const isCustom = custom || filter.from !== "" || filter.until !== "";
  return (
    <div className={css.filters}>
      {fixed ? null : <ChooseWorkflow filter={filter} onFilter={onFilter} />}
      <Select
        aria-label={t("executions.time")}
        value={isCustom ? "custom" : filter.period}
        onChange={({ target }) => {
          const period = PERIODS.find((one) => one === target.value) ?? "";
          setCustom(target.value === "custom");
          set({ period, from: "", until: "" });
        }}
      >
        <option value="">{t("executions.anyTime")}</option>
        {PERIODS.map((one) => (
          <option key={one} value={one}>
            {t(`executions.period.${one}`)}
          </option>
        ))}
        <option value="custom">{t("executions.custom")}</option>
      </Select>
      {isCustom ? (
        <>
          <Input
            type="datetime-local"
            aria-label={t("executions.from")}
            value={filter.from}
            onChange={({ target }) => set({ from: target.value, period: "" })}
          />
          <Input
            type="datetime-local"
            aria-label={t("executions.until")}
            value={filter.until}
            onChange={({ target }) => set({ until: target.value, period: "" })}
          />
        </>
      ) : null}
      <Select
        aria-label={t("executions.trigger")}
        value={filter.mode}
        onChange={({ target }) => set({ mode: target.value })}
      >
        <option value="">{t("executions.anyTrigger")}</option>
        {MODES.map((one) => (
          <option key={one} value={one}>
            {t(`executions.mode.${one}`)}
          </option>
        ))}
      </Select>
      <Keys filter={filter} onFilter={onFilter} />
    </div>
  );
}

function ChooseWorkflow({ filter, onFilter }: Omit<Props, "fixed">) {
  const { t } = useTranslation();
  const workflows = useWorkflows();
  const found = workflows.data ?? [];
  const isKnown = found.some((one) => one.id === filter.workflow);
  return (
    <Select
      aria-label={t("executions.workflow")}
      value={filter.workflow}
      onChange={({ target }) => onFilter({ ...filter, workflow: target.value })}
    >
      <option value="">{t("executions.anyWorkflow")}</option>
      {filter.workflow && !isKnown ? (
        <option value={filter.workflow}>{filter.workflow}</option>
      ) : null}
      {found.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </Select>
  );
}

/** Custom data that executions have. */
function Keys({ filter, onFilter }: Omit<Props, "fixed">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const isGood = /^[^=]+=.+$/.test(text);
  return (
    <form
      className={css.keys}
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) {
          onFilter({ ...filter, keys: [...new Set([...filter.keys, text])] });
          setText("");
        }
      }}
    >
      <Input
        aria-label={t("executions.key")}
        placeholder={t("executions.keyExample")}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {isGood ? <Button type="submit">{t("executions.narrow")}</Button> : null}
      {filter.keys.map((key) => (
        <span key={key} className={css.key}>
          {key}
          <IconButton
            label={t("executions.keyOff", { key })}
            onClick={() => onFilter({ ...filter, keys: filter.keys.filter((one) => one !== key) })}
          >
            <X />
          </IconButton>
        </span>
      ))}
    </form>
  );
}
