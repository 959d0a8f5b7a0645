import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Empty, Input } from "~/ui";
import css from "./credentials.module.css";

interface Props {
  readonly types: readonly models.TypeShown[];
  readonly onChoose: (type: string) => void;
}

/** The types there are, by what they are for. */
export function ChooseType({ types, onChoose }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState("");
  const groups = useMemo(() => grouped(types, wanted), [types, wanted]);
  return (
    <div className={css.stack}>
      <Input
        type="search"
        aria-label={t("credentials.searchTypes")}
        placeholder={t("credentials.searchTypes")}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {groups.length === 0 ? <Empty title={t("credentials.noType")} /> : null}
      {groups.map(([group, members]) => (
        <section key={group} aria-label={t(`credentials.group.${group}`)}>
          <h3 className={css.groupTitle}>{t(`credentials.group.${group}`)}</h3>
          <div className={css.types}>
            {members.map((type) => (
              <button
                key={type.type}
                type="button"
                className={css.type}
                onClick={() => onChoose(type.type)}
              >
                <strong>{type.title}</strong>
                <span>{type.package}</span>
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

const GROUPS = ["requests", "servers", "incoming"] as const;
type Group = (typeof GROUPS)[number];

function groupOf(type: models.TypeShown): Group {
  if (type.kind === "incoming") {
    return "incoming";
  }
  return type.kind === "login" ? "servers" : "requests";
}

function grouped(types: readonly models.TypeShown[], wanted: string) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (type: models.TypeShown) => {
    const text = `${type.title} ${type.type} ${type.package}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = types.filter(fits).toSorted((a, b) => a.title.localeCompare(b.title));
  return GROUPS.map(
    (group) => [group, found.filter((one) => groupOf(one) === group)] as const,
  ).filter(([, members]) => members.length > 0);
}
