import { useTranslation } from "react-i18next";
import { Badge } from "~/ui";

/** The method that is taken; any, where none is said. */
export function Method({ method }: { readonly method: string }) {
  const { t } = useTranslation();
  const any = !method || method === "*" || method.toUpperCase() === "ANY";
  return <Badge>{any ? t("webhooks.anyMethod") : method}</Badge>;
}
