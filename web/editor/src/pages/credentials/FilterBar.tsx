import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Check, Input, Select } from "~/ui";
import css from "./credentials.module.css";
import type { Filter } from "./search";

interface Props {
  readonly filter: Filter;
  readonly types: readonly models.TypeShown[];
  readonly onChange: (part: Record<string, string | boolean | undefined>) => void;
}

/** Which credentials are listed. */
export function FilterBar({ filter, types, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <search className={css.filter}>
      <Input
        type="search"
        aria-label={t("credentials.searchNames")}
        placeholder={t("credentials.searchNames")}
        value={filter.search}
        onChange={(event) => onChange({ search: event.target.value || undefined })}
      />
      <Select
        aria-label={t("credentials.type")}
        value={filter.type}
        onChange={(event) => onChange({ type: event.target.value || undefined })}
      >
        <option value="">{t("credentials.allTypes")}</option>
        {types.map((one) => (
          <option key={one.type} value={one.type}>
            {one.title}
          </option>
        ))}
      </Select>
      <Check
        label={t("credentials.onlyOverdue")}
        checked={filter.overdue}
        onChange={(event) => onChange({ overdue: event.target.checked || undefined })}
      />
    </search>
  );
}
