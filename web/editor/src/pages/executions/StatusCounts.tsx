import { useTranslation } from "react-i18next";
import { StatusBadge } from "~/running/StatusBadge";
import css from "./executions.module.css";
import { type Filter, STATUSES, type Status } from "./filter";
import { useCounts } from "./useExecutions";

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** How many executions there are of each status; pressed, only those are shown. */
export function StatusCounts({ filter, onFilter }: Props) {
  const { t, i18n } = useTranslation();
  const counts = useCounts(filter);
  const turn = (status: Status) => {
    const without = filter.status.filter((one) => one !== status);
    const isOn = without.length < filter.status.length;
    onFilter({ ...filter, status: isOn ? without : [...filter.status, status] });
  };
  return (
    <fieldset className={css.counts}>
      <legend className="visually-hidden">{t("executions.byStatus")}</legend>
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          className={css.count}
          data-none={counts[status] ? undefined : true}
          aria-pressed={filter.status.includes(status)}
          onClick={() => turn(status)}
        >
          <StatusBadge status={status} />
          <span>{new Intl.NumberFormat(i18n.language).format(counts[status] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  );
}
