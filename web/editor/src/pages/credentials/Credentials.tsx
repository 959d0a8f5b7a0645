import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { Button, Failure, Loading, Page } from "~/ui";
import { CredentialTable } from "./CredentialTable";
import { FilterBar } from "./FilterBar";
import { Nothing } from "./Nothing";
import { Opened } from "./Opened";
import { filterOf } from "./search";
import { useCredentialTypes } from "./types";
import { useCredentialList } from "./useCredentialList";

/** The credentials that whoever looks may see. */
export function Credentials() {
  const { t } = useTranslation();
  const mayWrite = useGrant("credential:write");
  const types = useCredentialTypes();
  const asked: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const filter = filterOf(asked);
  const navigate = useNavigate();
  const set = (part: Record<string, string | boolean | undefined>) =>
    void navigate({ to: "/credentials", search: { ...asked, ...part }, replace: true });
  const list = useCredentialList(filter);
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(filter.search || filter.type || filter.overdue);
  const begin = (
    <Button look="primary" onClick={() => set({ new: "any" })}>
      <Plus aria-hidden />
      {t("credentials.new")}
    </Button>
  );
  return (
    <Page
      title={t("credentials.title")}
      text={t("credentials.text")}
      actions={mayWrite && (found.length > 0 || filtered) ? begin : null}
    >
      {found.length > 0 || filtered ? (
        <FilterBar filter={filter} types={types.data ?? []} onChange={set} />
      ) : null}
      {list.isPending ? <Loading lines={6} /> : null}
      {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && found.length === 0 ? (
        <Nothing filtered={filtered} begin={mayWrite ? begin : null} onShowAll={set} />
      ) : null}
      {found.length > 0 ? (
        <CredentialTable
          found={found}
          types={types.data ?? []}
          onOpen={(open, tab) => set({ open, tab })}
        />
      ) : null}
      {list.hasNextPage ? (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.more")}
        </Button>
      ) : null}
      <Opened filter={filter} mayWrite={mayWrite} onChange={set} />
    </Page>
  );
}
