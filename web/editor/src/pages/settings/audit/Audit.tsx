import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Button, Check, Empty, Failure, Field, Input, Loading, Select } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";
import { AuditDetail } from "./AuditDetail";
import { AuditTable } from "./AuditTable";
import { usePeople } from "./usePeople";
import { type Wanted, wantedOf } from "./wanted";

const AREAS = [
  "session",
  "user",
  "member",
  "organization",
  "team",
  "role",
  "workspace",
  "token",
  "provider",
  "credential",
  "object",
  "workflow",
] as const;
const PAGE = 50;

/** What was done, by whom; the newest first. */
export function Audit() {
  const { t } = useTranslation();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const [shown, setShown] = useState<models.Recorded | null>(null);
  const mayAll = useGrant("organization:admin");
  const asked = wantedOf(search);
  // An address may come from somebody who may see more.
  const wanted = { ...asked, organization: asked.organization && mayAll };
  const query = useInfiniteQuery({
    queryKey: ["audit", wanted],
    initialPageParam: "",
    queryFn: async ({ pageParam }) =>
      await api().listEvents({
        cursor: pageParam || undefined,
        limit: PAGE,
        actor: wanted.actor || undefined,
        action: wanted.action || undefined,
        target: wanted.target || undefined,
        since_ms: wanted.since ? Date.parse(`${wanted.since}T00:00:00`) : undefined,
        until_ms: wanted.until ? Date.parse(`${wanted.until}T23:59:59.999`) : undefined,
        organization: wanted.organization,
      }),
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section first title={t("settings.section.audit")} text={t("settings.auditText")}>
      <Filters wanted={wanted} />
      {query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading lines={8} />
      ) : rows.length === 0 ? (
        <Empty title={t("settings.noAudit")} />
      ) : (
        <AuditTable rows={rows} onShow={setShown} />
      )}
      {query.hasNextPage ? (
        <div className={css.more}>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("settings.older")}
          </Button>
        </div>
      ) : null}
      {shown ? <AuditDetail event={shown} onClose={() => setShown(null)} /> : null}
    </Section>
  );
}

function Filters({ wanted }: { readonly wanted: Wanted }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayAll = useGrant("organization:admin");
  const { people } = usePeople();
  const set = (some: Partial<Wanted>) =>
    void navigate({
      to: "/settings/$section",
      params: { section: "audit" },
      search: Object.fromEntries(Object.entries({ ...wanted, ...some }).filter(([, one]) => one)),
      replace: true,
    });
  return (
    <>
      <div className={css.filters}>
        <Field label={t("settings.action")}>
          <Select value={wanted.action} onChange={(event) => set({ action: event.target.value })}>
            <option value="">{t("settings.all")}</option>
            {AREAS.map((area) => (
              <option key={area} value={area}>
                {t(`settings.area.${area}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("settings.actor")}>
          <Select value={wanted.actor} onChange={(event) => set({ actor: event.target.value })}>
            <option value="">{t("settings.all")}</option>
            {people.map(({ id, name }) => (
              <option key={id} value={`user:${id}`}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("settings.since")}>
          <Input
            type="date"
            value={wanted.since}
            onChange={(event) => set({ since: event.target.value })}
          />
        </Field>
        <Field label={t("settings.until")}>
          <Input
            type="date"
            value={wanted.until}
            onChange={(event) => set({ until: event.target.value })}
          />
        </Field>
      </div>
      {mayAll ? (
        <Check
          label={t("settings.auditAll")}
          checked={wanted.organization}
          onChange={(event) => set({ organization: event.target.checked })}
        />
      ) : null}
      <div className={css.gap} />
    </>
  );
}
