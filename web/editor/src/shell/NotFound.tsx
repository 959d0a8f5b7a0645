import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { classOf, Empty } from "~/ui";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main id="content" tabIndex={-1}>
      <Empty alone title={t("shell.notFound")} text={t("shell.notFoundText")}>
        <Link className={classOf("primary")} to="/workflows">
          {t("shell.workflows")}
        </Link>
      </Empty>
    </main>
  );
}
