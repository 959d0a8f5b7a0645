import { useTranslation } from "react-i18next";
import { Select } from "~/ui";
import { SearchField } from "./SearchField";
import { ORDERS, type Order, type State, type Wanted } from "./shown";
import css from "./workflows.module.css";

interface Props {
  readonly wanted: Wanted;
  readonly tags: readonly (readonly [string, number])[];
  readonly onChange: (some: Partial<Wanted>) => void;
}

const STATES: readonly State[] = ["all", "active", "inactive", "archived"];

/** What is looked for, and in which order it is shown. */
export function Filters({ wanted, tags, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <search className={css.filters}>
      <SearchField value={wanted.search} onChange={(search) => onChange({ search })} />
      <Select
        aria-label={t("workflows.state")}
        value={wanted.state}
        onChange={(event) => onChange({ state: event.target.value as State })}
      >
        {STATES.map((one) => (
          <option key={one} value={one}>
            {t(`workflows.state_${one}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("workflows.tag")}
        value={wanted.tag}
        onChange={(event) => onChange({ tag: event.target.value })}
      >
        <option value="">{t("workflows.anyTag")}</option>
        {tags.map(([name, count]) => (
          <option key={name} value={name}>
            {name} ({count})
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("workflows.order")}
        value={wanted.order}
        onChange={(event) => onChange({ order: event.target.value as Order })}
      >
        {ORDERS.map((one) => (
          <option key={one} value={one}>
            {t(`workflows.order_${one}`)}
          </option>
        ))}
      </Select>
    </search>
  );
}
