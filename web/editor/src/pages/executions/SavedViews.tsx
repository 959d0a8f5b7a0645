import { useMutation, useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { Bookmark, Plus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import {
  Button,
  Check,
  confirm,
  Dialog,
  type Entry,
  Failure,
  Field,
  Input,
  Menu,
  tellFailure,
} from "~/ui";
import { type Filter, filterOf, isNarrowed, searchOf } from "./filter";

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

const KIND = "executions";
const VIEWS = ["views", KIND];

/** Filters that were kept under a name, one's own and those of others. */
export function SavedViews({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  const mayRead = useGrant("view:read");
  const mayWrite = useGrant("view:write");
  const views = useQuery({
    queryKey: VIEWS,
    queryFn: async () => (await api().listViews({ kind: KIND })).items,
    enabled: mayRead,
  });
  const now = JSON.stringify(searchOf(filter));
  const current = views.data?.find((one) => JSON.stringify(searchOf(filterOf(one.query))) === now);
  if (!mayRead) {
    return null;
  }
  const entries: (Entry | null)[] = [
    ...(views.data ?? []).map((view) => ({
      text: view.name,
      icon: view.shared ? <Users aria-hidden /> : <Bookmark aria-hidden />,
      act: () => onFilter(filterOf(view.query)),
    })),
    ...(views.data?.length ? [null] : []),
    {
      text: t("executions.saveView"),
      icon: <Plus aria-hidden />,
      disabled: !mayWrite || !isNarrowed(filter),
      act: () => setSaving(true),
    },
    ...(current && mayWrite
      ? [
          {
            text: t("executions.removeView", { name: current.name }),
            icon: <Trash2 aria-hidden />,
            act: () => void remove(current, t),
          },
        ]
      : []),
  ];
  return (
    <>
      <Menu entries={entries}>
        <Button>
          <Bookmark aria-hidden />
          {current?.name ?? t("executions.views")}
        </Button>
      </Menu>
      {saving ? <SaveView filter={filter} onClose={() => setSaving(false)} /> : null}
    </>
  );
}

async function remove(view: models.View, t: TFunction): Promise<void> {
  const sure = await confirm({
    title: t("executions.removeView", { name: view.name }),
    text: t(view.shared ? "executions.removeSharedText" : "executions.removeViewText"),
    deed: t("common.delete"),
    danger: true,
  });
  if (sure) {
    await api().removeView(view.id).catch(tellFailure);
    await cache.invalidateQueries({ queryKey: VIEWS });
  }
}

function SaveView({ filter, onClose }: { readonly filter: Filter; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      api().addView({ kind: KIND, name: name.trim(), query: searchOf(filter), shared }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: VIEWS });
      onClose();
    },
  });
  return (
    <Dialog open title={t("executions.saveViewTitle")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={t("common.name")}>
          <Input
            required
            maxLength={100}
            value={name}
            placeholder={t("executions.viewExample")}
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        <Check
          label={t("executions.viewShared")}
          checked={shared}
          onChange={({ target }) => setShared(target.checked)}
        />
        {save.isError ? <Failure error={save.error} /> : null}
        <p>
          <Button look="primary" type="submit" disabled={!name.trim()} busy={save.isPending}>
            {t("common.save")}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
