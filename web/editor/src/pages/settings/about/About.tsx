import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Badge, classOf, Loading } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";
import { readHealth, readVersion } from "./about";

/** Which version runs here, how it is, and what there is to read. */
export function About() {
  const { t } = useTranslation();
  const version = useQuery({ queryKey: ["version"], queryFn: readVersion, staleTime: 300_000 });
  const health = useQuery({ queryKey: ["health"], queryFn: readHealth, refetchInterval: 15_000 });
  return (
    <>
      <Section first title={t("settings.section.about")}>
        {version.isPending || health.isPending ? (
          <Loading lines={3} />
        ) : (
          <dl className={css.facts}>
            <dt>{t("account.product")}</dt>
            <dd>{version.data ?? "–"}</dd>
            <dt>{t("settings.health")}</dt>
            <dd>
              {health.data?.ready ? (
                <Badge tone="good">{t("settings.healthy")}</Badge>
              ) : (
                <Badge tone="bad">{t("settings.unhealthy")}</Badge>
              )}{" "}
              <span className={css.muted}>{health.data?.detail}</span>
            </dd>
            <dt>{t("settings.license")}</dt>
            <dd>Apache-2.0</dd>
          </dl>
        )}
      </Section>
      <Section title={t("settings.read")}>
        <a className={classOf()} href="/api/docs" target="_blank" rel="noopener noreferrer">
          {t("shell.apiDocs")}
        </a>
      </Section>
    </>
  );
}
