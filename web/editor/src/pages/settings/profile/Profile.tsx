import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { ME, useMe } from "~/api/queries";
import { Badge, Loading, When } from "~/ui";
import { NameForm } from "../NameForm";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";

/** Who one is. */
export function Profile() {
  const { t } = useTranslation();
  const user = useMe()?.user;
  const change = useDoing((name: string) => api().changeMe({ name }), {
    changes: [ME],
    told: t("settings.saved"),
    shown: true,
  });
  if (!user) {
    return <Loading />;
  }
  return (
    <Section first title={t("settings.section.profile")} text={t("settings.profileText")}>
      <NameForm
        label={t("common.name")}
        name={user.name}
        readOnly={false}
        busy={change.isPending}
        error={change.error}
        onSave={(name) => change.mutate(name)}
      />
      <div className={css.gap} />
      <dl className={css.facts}>
        <dt>{t("settings.email")}</dt>
        <dd>
          {user.email}{" "}
          {user.email_verified ? <Badge tone="good">{t("settings.verified")}</Badge> : null}
        </dd>
        {user.owner ? (
          <>
            <dt>{t("settings.role.title")}</dt>
            <dd>
              <Badge tone="info">{t("settings.owner")}</Badge>
            </dd>
          </>
        ) : null}
        <dt>{t("settings.since")}</dt>
        <dd>
          <When ms={user.created_ms} />
        </dd>
      </dl>
    </Section>
  );
}
