import { KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, Empty } from "~/ui";

interface Props {
  readonly filtered: boolean;
  readonly begin: ReactNode;
  readonly onShowAll: (nothing: Record<string, undefined>) => void;
}

/** There are no credentials, or none that the filter finds. */
export function Nothing({ filtered, begin, onShowAll }: Props) {
  const { t } = useTranslation();
  if (!filtered) {
    return (
      <Empty
        icon={<KeyRound aria-hidden />}
        title={t("credentials.empty")}
        text={t("credentials.emptyText")}
      >
        {begin}
      </Empty>
    );
  }
  const nothing = { search: undefined, type: undefined, overdue: undefined };
  return (
    <Empty title={t("credentials.noneFound")} text={t("credentials.noneFoundText")}>
      <Button onClick={() => onShowAll(nothing)}>{t("credentials.showAll")}</Button>
    </Empty>
  );
}
