import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Badge, Failure, Loading, Table } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";

/** The packages that node types come from, and those that were left out. */
export function Packages() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["packages"], queryFn: () => api().listPackages() });
  const rejected = query.data?.rejected ?? [];
  return (
    <>
      {rejected.length > 0 ? <Rejected all={rejected} /> : null}
      <Section first title={t("settings.section.packages")} text={t("settings.packagesText")}>
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data ? (
          <Accepted accepted={query.data.accepted} />
        ) : (
          <Loading />
        )}
      </Section>
    </>
  );
}

function Accepted({ accepted }: { readonly accepted: readonly models.Accepted[] }) {
  const { t } = useTranslation();
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">{t("settings.package")}</th>
          <th scope="col">{t("settings.version")}</th>
          <th scope="col">{t("settings.runtime")}</th>
          <th scope="col">{t("settings.nodeTypes")}</th>
        </tr>
      </thead>
      <tbody>
        {accepted.map((one) => (
          <tr key={one.package}>
            <td>
              <span className={css.strong}>{one.title}</span>
              <br />
              <code className={css.muted}>{one.package}</code>
            </td>
            <td title={one.lock}>{one.version}</td>
            <td>
              <Badge tone={one.kind === "native" ? "plain" : "good"}>
                {t(`settings.runsIn.${one.kind}`, one.kind)}
              </Badge>
            </td>
            <td title={one.nodes.join("\n")}>{one.nodes.length}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Rejected({ all }: { readonly all: readonly models.Rejection[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.rejected")} text={t("settings.rejectedText")}>
      <Table>
        <tbody>
          {all.map((one) => (
            <tr key={one.package}>
              <td>
                <Badge tone="warn">
                  <TriangleAlert aria-hidden />
                  {one.package}
                </Badge>
              </td>
              <td>
                {one.reason}
                <br />
                <span className={css.muted}>{one.hint}</span>
              </td>
              <td>
                <code>{one.code}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
