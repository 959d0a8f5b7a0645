import { SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Empty } from "~/ui";

/** None of the items that are shown says what was looked for. */
export function NothingSays({ search }: { readonly search: string }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<SearchX aria-hidden />}
      title={t("data.nothingSays", { search })}
      text={t("data.nothingSaysText")}
    />
  );
}
